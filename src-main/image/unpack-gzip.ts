import * as zlib from 'node:zlib'
import { NidusError } from '../contract/errors'
import { plainView } from './plain-view'
import { sniffFormat } from './sniff-format'

/** What a compressed file may unpack to: above every volume seen in practice, below what fills a workstation. */
const maxUnpackedBytes = 1 << 30

/** Deflate can not make more of a byte than this (RFC 1951: 258 bytes of two bits). */
const highestRatio = 1032

/**
 * Unpacks a gzip file (.dcm.gz, .nii.gz).
 * @param bytes the file or its beginning
 * @param isWhole false where `bytes` may be cut: then what they hold is returned
 * @param mostBytes of the content
 * @returns the content, without its end and with a warning where the file was cut
 * @throws NidusError `raster-malformed` where it is damaged or unpacks to more than that
 */
export function unpackGzip(
  bytes: Uint8Array,
  isWhole: boolean,
  mostBytes = maxUnpackedBytes
): { content: Uint8Array; warnings: string[] } {
  if (!isWhole) return { content: unpack(bytes, zlib.constants.Z_SYNC_FLUSH, mostBytes), warnings: [] }
  try {
    return { content: unpack(bytes, zlib.constants.Z_FINISH, mostBytes), warnings: [] }
  } catch (error) {
    if ((error as { cause?: NodeJS.ErrnoException }).cause?.code !== 'Z_BUF_ERROR') throw error
    const content = unpack(bytes, zlib.constants.Z_SYNC_FLUSH, mostBytes)
    if (sniffFormat(content) === 'unknown') throw error
    return { content, warnings: ['the gzip stream is cut: what follows is missing'] }
  }
}

function unpack(bytes: Uint8Array, finishFlush: number, maxOutputLength: number): Uint8Array {
  try {
    const chunkSize = chunkSizeFor(bytes, maxOutputLength)
    return plainView(zlib.gunzipSync(bytes, { finishFlush, maxOutputLength, chunkSize }))
  } catch (error) {
    const tooLong = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    const reason = tooLong
      ? `it unpacks to more than ${maxOutputLength >> 20} MiB`
      : 'the gzip stream is damaged or cut'
    throw new NidusError('raster-malformed', { format: 'gzip', reason }, { cause: error })
  }
}

/** Content that comes in one piece is not there twice while it is joined. Its size modulo 2^32 stands at the end. */
function chunkSizeFor(bytes: Uint8Array, mostBytes: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const claimed = bytes.length >= 18 ? view.getUint32(bytes.length - 4, true) : 0
  const isPossible = claimed <= mostBytes && claimed <= bytes.length * highestRatio
  return isPossible ? Math.max(claimed + 1, 64 * 1024) : 1 << 20
}
