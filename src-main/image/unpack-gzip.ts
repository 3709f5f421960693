import * as zlib from 'node:zlib'
import { NidusError } from '../contract/errors'
import { plainView } from './plain-view'

/** What a compressed file may unpack to: above every volume seen in practice, below what fills a workstation. */
const maxUnpackedBytes = 1 << 30

/**
 * Unpacks a gzip file (.dcm.gz, .nii.gz).
 * @param bytes the file or its beginning
 * @param isWhole false where `bytes` may be cut: then what they hold is returned
 * @throws NidusError `raster-malformed` where it is damaged or unpacks to more than a gibibyte
 */
export function unpackGzip(bytes: Uint8Array, isWhole: boolean): Uint8Array {
  try {
    const finishFlush = isWhole ? zlib.constants.Z_FINISH : zlib.constants.Z_SYNC_FLUSH
    return plainView(zlib.gunzipSync(bytes, { finishFlush, maxOutputLength: maxUnpackedBytes }))
  } catch (error) {
    const tooLong = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    const reason = tooLong ? 'it unpacks to more than a gibibyte' : 'the gzip stream is damaged or cut'
    throw new NidusError('raster-malformed', { format: 'gzip', reason }, { cause: error })
  }
}
