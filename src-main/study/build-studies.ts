import { basename, dirname } from 'node:path'
import type { Series, Study, StudyProblem } from '../contract/study'
import { buildSeries } from './build-series'
import { FileGroups, type SeriesFiles } from './group-files'
import type { FileHeader } from './read-file-header'

/** Studies whose series may still lack windows; those are found from pixels by the caller. */
export interface BuiltStudies {
  studies: Study[]
  problems: StudyProblem[]
}

/**
 * Groups files into studies, series and slices in anatomical order, as often as wanted while files still come. Ids
 * depend on the order of the files alone: what has one keeps it, however often studies were built before.
 */
export class StudyBuilder {
  /** @param groups takes the files, each once, in the order in which they were listed */
  constructor(private readonly groups: FileGroups) {}

  /**
   * Builds in steps, one a series, so that other work can go on between them; only series that have grown are built.
   * @returns what there is of all series, marked as growing
   */
  *growing(): Generator<void, Study[]> {
    return yield* this.build((group, series) => series.map((one) => ({ ...one, growing: group.builds })))
  }

  /** As {@link growing} once all files have come. */
  *finish(): Generator<void, BuiltStudies> {
    this.groups.nameRasters()
    const studies = yield* this.build((_, series) => series)
    const doubts = this.groups.all().flatMap(({ built }) => built?.problems ?? [])
    return { studies, problems: [...this.groups.problems, ...doubts] }
  }

  private *build(show: (group: SeriesFiles, series: Series[]) => Series[]): Generator<void, Study[]> {
    const byStudy = new Map<number, SeriesFiles[]>()
    for (const group of this.groups.all()) {
      const members = byStudy.get(group.studyNumber)
      if (members) members.push(group)
      else byStudy.set(group.studyNumber, [group])
    }
    const studies: Study[] = []
    for (const [number, members] of byStudy) {
      const id = `s${number}`
      for (const [at, group] of members.entries()) {
        if (group.built) continue
        group.built = buildSeries(`${id}-${at + 1}`, group)
        group.builds++
        yield
      }
      studies.push(studyOf(id, members, show))
    }
    return studies
  }
}

/** Takes all steps at once. @returns what they come to */
export function takeSteps<T>(steps: Generator<void, T>): T {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

function studyOf(
  id: string,
  members: SeriesFiles[],
  show: (group: SeriesFiles, series: Series[]) => Series[]
): Study {
  const first = members[0] as SeriesFiles
  const { header, path } = first.files[0] as FileHeader
  const numbered = [...members].sort((a, b) => seriesNumber(a) - seriesNumber(b))
  return {
    id,
    studyInstanceUid: first.studyUid,
    description: first.isRaster ? basename(dirname(path)) : header.studyDescription,
    patientLabel: header.patientLabel,
    date: header.studyDate,
    series: numbered.flatMap((group) => show(group, named(group))),
    generated: members.every(({ files }) => files.every((file) => file.header.generated))
  }
}

/** With the UID that the series has by now. */
function named({ seriesUid, built }: SeriesFiles): Series[] {
  return (built?.series ?? []).map((series) => ({ ...series, seriesInstanceUid: seriesUid }))
}

function seriesNumber(group: SeriesFiles): number {
  return group.files[0]?.header.seriesNumber ?? Infinity
}
