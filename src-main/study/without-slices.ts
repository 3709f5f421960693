import { slicesAtOnce } from '../contract/opening-channels'
import type { OpenedStudies } from '../contract/study'

/**
 * What one message may carry of studies: series keep their slices as long as there is room for {@link slicesAtOnce}
 * of them together; the others say in `sliceCount` how many are to be fetched.
 */
export function withoutSlices(opened: OpenedStudies): OpenedStudies {
  let room = slicesAtOnce
  const studies = opened.studies.map((study) => ({
    ...study,
    series: study.series.map((series) => {
      const { length } = series.slices
      if (length > room) return { ...series, slices: [], sliceCount: length }
      room -= length
      return series
    })
  }))
  return { ...opened, studies }
}
