import type { Slice } from '../contract/study'
import { parseDataSet, type ParsedDataSet } from '../image/dicom/parse-data-set'
import { readOrigin, unknownOrigin, type ImageOrigin } from '../image/dicom/read-origin'
import { plainView } from '../image/plain-view'
import { sniffFormat } from '../image/sniff-format'
import { openSource } from './open-source'
import { withPath } from './read-file-header'
import { limitOfWork, unwatched } from './reader-work'

/** Patient and scanner stand before the pixels; headers longer than this are read whole. */
const firstReadBytes = 64 * 1024

/**
 * Patient and scanner of a slice, read anew from its file, so that no identifier has to be kept while a study is open.
 * @param bench where the header is made out
 * @throws NidusError with the file's path: `file-not-found`, `file-unreadable`, `dicom-malformed`
 */
export async function readSliceOrigin({ source: { path } }: Slice, bench = unwatched): Promise<ImageOrigin> {
  try {
    const source = await openSource(path)
    try {
      const beginning = plainView(await source.readBeginning(firstReadBytes))
      if (sniffFormat(beginning) !== 'dicom') return unknownOrigin
      const isWhole = beginning.length >= source.sizeBytes
      const parse = (bytes: Uint8Array, isPrefix: boolean): Promise<ParsedDataSet> =>
        bench.do({ path, limitMs: limitOfWork(bytes.length) }, () => parseDataSet(bytes, isPrefix))
      const { dataSet } = await parse(beginning, !isWhole)
      // groups come in rising order, so where pixels or the image's size are reached, these have been passed
      if (isWhole || dataSet.elements['x00280010']) return readOrigin(dataSet)
      return readOrigin((await parse(plainView(await source.readAll()), false)).dataSet)
    } finally {
      await source.close()
    }
  } catch (thrown) {
    throw withPath(thrown, path)
  }
}
