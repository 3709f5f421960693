import type { ImageHeader } from '../../src-main/image/image-types'
import type { ParsedDataSet } from '../../src-main/image/dicom/parse-data-set'
import { readDicomHeader } from '../../src-main/image/dicom/read-dicom-header'

/** Reads a header and notes which elements of the top level it asks for. @throws what the reader of headers throws */
export function tagsAskedFor(parsed: ParsedDataSet): { header: ImageHeader; asked: Set<string> } {
  const asked = new Set<string>()
  const elements = new Proxy(parsed.dataSet.elements, {
    get(target, tag: string) {
      asked.add(tag)
      return target[tag]
    }
  })
  parsed.dataSet.elements = elements
  return { header: readDicomHeader(parsed), asked }
}
