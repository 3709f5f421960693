import type { Series, Study, StudyProblem } from '../../../src-main/contract/study'

/** What the window writes of a study and of one of its series. */
export interface ShownTexts {
  /** of the study in the list */
  title: string
  /** under the title */
  subtitle: string
  /** in the corner of an image; '' where nothing is known */
  patient: string
  /** YYYY-MM-DD, or '' */
  date: string
  series: string
}

/**
 * The texts of a study, or, where identifiers are hidden, ids that mean nothing outside this session in their place.
 * Descriptions go as well: they are free text, and names of folders where a format has none of its own.
 * @param place of the series in its study, from 0
 */
export function shownTexts(study: Study, place: number, hidden: boolean): ShownTexts {
  const series = study.series[place] as Series | undefined
  if (hidden) {
    const title = `Study ${study.id}`
    return {
      title,
      subtitle: 'Identifiers are hidden',
      patient: title,
      date: '',
      series: `Series ${series?.id ?? place + 1}`
    }
  }
  const { patientLabel, description, date } = study
  return {
    title: patientLabel || description || 'Images',
    subtitle: [date, patientLabel && description].filter(Boolean).join(' · ') || 'No further description',
    patient: patientLabel,
    date,
    series: series?.description || `Series ${place + 1}`
  }
}

/**
 * What a problem is about, the series or the file behind it, and what is said of it; names of files are often those of
 * patients.
 */
export function shownProblem(
  { path, message, code, seriesId }: StudyProblem,
  place: number,
  studies: Study[],
  hidden: boolean
): { name: string; path: string | undefined; message: string } {
  for (const study of studies) {
    const index = study.series.findIndex(({ id }) => id === seriesId)
    if (index < 0) continue
    const { title, series } = shownTexts(study, index, hidden)
    // without a description one series is called as another
    const name = studies.length > 1 ? `${title}: ${series}` : series
    return hidden ? { name, path: undefined, message: withoutNames(code, message) } : { name, path, message }
  }
  if (!hidden) return { name: path.split(/[\\/]/).filter(Boolean).pop() ?? path, path, message }
  return { name: `File ${place + 1}`, path: undefined, message: withoutNames(code, message) }
}

/** Some messages name another file, or a stack by what its header says. */
function withoutNames(code: string, message: string): string {
  // one line for many copies names none of them
  if (code === 'duplicate-image')
    return /^\d+ files are copies/.test(message) ? message : 'a copy of another image; left out'
  if (code === 'stack-lacking')
    return 'one of its stacks has fewer slices than most others: images are missing'
  return code === 'dicomdir-incomplete' ? message.replace(/, the first is .*$/s, '') : message
}
