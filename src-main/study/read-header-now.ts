import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { readDicomHeaderNow } from '../image/read-image-header'
import { keepWholeFrames, type FileHeader } from './read-file-header'

/** Enough for the headers of most single images. */
const scratch = new Uint8Array(16 * 1024)

/**
 * Reads the header of a plain DICOM file without giving way to anything else: a fifth of the time that waiting for
 * the system's answers takes, where these come at once. For readers in processes of their own.
 * @returns null for whatever takes a longer look, broken files among them: `readFileHeader` reads it or says why not
 */
export function readHeaderNow(path: string): FileHeader | null {
  let file: number | null = null
  try {
    file = openSync(path, 'r')
    const filled = readSync(file, scratch, 0, scratch.length, 0)
    if (filled === 0) return null
    const whole = filled < scratch.length
    const sizeBytes = whole ? filled : fstatSync(file).size
    const header = readDicomHeaderNow(whole ? scratch.subarray(0, filled) : scratch, whole)
    if (!header) return null
    keepWholeFrames(header, sizeBytes)
    return { path, sizeBytes, header, rasterUid: null }
  } catch {
    return null
  } finally {
    if (file !== null) closeSync(file)
  }
}
