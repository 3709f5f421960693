import { readImageHeader } from '../../src-main/image/read-image-header'
import { StudyBuilder, takeSteps, type BuiltStudies } from '../../src-main/study/build-studies'
import { FileGroups } from '../../src-main/study/group-files'
import type { FileHeader } from '../../src-main/study/read-file-header'
import { buildDicom, imageElements, pixelData, words, type ImageOptions } from './build-dicom'

/** A file of a series: its name and what its header says. */
export interface SliceSpec extends ImageOptions {
  name: string
}

/** Studies of DICOM files that only exist as bytes, all in one folder; copies by their headers are left out. */
export async function buildStudiesOf(specs: SliceSpec[]): Promise<BuiltStudies> {
  const files = specs.map(async ({ name, ...options }, at): Promise<FileHeader> => {
    const { rows = 2, columns = 3, frames = 1 } = options
    const pixels = pixelData(words(...new Array<number>(rows * columns * frames).fill(1)))
    const base: ImageOptions = { window: ['1', '2'], modality: 'MR', instanceUid: `2.25.9${at}` }
    const bytes = buildDicom(imageElements({ ...base, ...options }, pixels))
    const header = await readImageHeader(bytes, true)
    if (!header) throw new Error('the header was not read')
    return { path: `/series/${name}`, sizeBytes: bytes.length, header, rasterUid: null }
  })
  const groups = new FileGroups()
  for (const file of await Promise.all(files)) {
    const original = groups.originalOf(file)
    if (original) groups.leaveOut(file, original, true)
    else groups.add(file)
  }
  return takeSteps(new StudyBuilder(groups).finish())
}

/** The files' names (or frames, for a multi-frame file) of each stack, in the order in which they are shown. */
export function namesByStack({ studies }: BuiltStudies): (string | number)[][] {
  return studies.flatMap(({ series }) =>
    series.map(({ slices }) => {
      const paths = new Set(slices.map(({ source }) => source.path))
      return slices.map(({ source }) =>
        paths.size === 1 && slices.length > 1 ? source.frame : source.path.replace('/series/', '')
      )
    })
  )
}
