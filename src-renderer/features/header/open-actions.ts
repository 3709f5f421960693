import { nidus, unwrap } from '../../api/nidus'
import { startAnalysis } from '../../state/analysis'
import { openStudies } from '../../state/studies'

/** Opens what the reader picks in the system's dialog, and analyses its first series. */
export async function openFromDialog(what: 'files' | 'folder'): Promise<void> {
  await analyseFirst(openStudies(`Opening ${what}`, () => unwrap(nidus.openDialog({ what }))))
}

/** Opens the demo study that ships with Nidus, and analyses it. */
export async function openDemo(): Promise<void> {
  await analyseFirst(openStudies('Opening the demo study', () => unwrap(nidus.openDemo())))
}

/** Analyses the first series of what was opened, if anything was. */
export async function analyseFirst(opened: Promise<string | null>): Promise<void> {
  const seriesId = await opened
  if (seriesId) await startAnalysis(seriesId)
}
