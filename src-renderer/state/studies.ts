import { create } from 'zustand'
import type { OpeningProgress } from '../../src-main/contract/opening-channels'
import type { OpenedStudies, Series, Study } from '../../src-main/contract/study'
import { describeThrown } from '../api/describe-error'
import { nidus, unwrap } from '../api/nidus'
import { withSlices } from './fetch-slices'
import { loadModels } from './models'
import { followSlices } from './follow-slices'
import { tell } from './notices'
import { useView } from './view'

interface Studies {
  opened: OpenedStudies
  /** what is being opened, in plain words; null when nothing is */
  opening: string | null
  /** how far that has come, as main last said */
  progress: OpeningProgress | null
  seriesId: string | null
  /** the first series of what is being opened is to be looked at as soon as it is there */
  awaitsFirst: boolean
}

/** What is open, and which series is looked at. */
export const useStudies = create<Studies>(() => ({
  opened: { studies: [], problems: [] },
  opening: null,
  progress: null,
  seriesId: null,
  awaitsFirst: false
}))

/** A series by its id, with its study; null once it is closed. */
export function findSeries(seriesId: string | null): { study: Study; series: Series } | null {
  for (const study of useStudies.getState().opened.studies) {
    const series = study.series.find(({ id }) => id === seriesId)
    if (series) return { study, series }
  }
  return null
}

/** The series looked at. */
export function useSeries(): { study: Study; series: Series } | null {
  const seriesId = useStudies((state) => state.seriesId)
  useStudies((state) => state.opened)
  return findSeries(seriesId)
}

let newestList = 0

/**
 * Takes over the list that main sends, once its long series have come as well.
 * @returns false where a newer list came meanwhile, which counts instead
 */
export async function takeOpened(brief: OpenedStudies): Promise<boolean> {
  const list = ++newestList
  const opened = withSlices(brief)
  // what is there at once is shown at once: the next answer of main may be about it
  const complete = opened instanceof Promise ? await opened : opened
  if (list !== newestList) return false
  setOpened(complete)
  return true
}

/** Takes over the whole list; a series that was closed is not looked at any longer. */
function setOpened(opened: OpenedStudies): void {
  followSlices(useStudies.getState().opened, opened)
  useStudies.setState({ opened })
  const { opening, awaitsFirst, seriesId } = useStudies.getState()
  const first = opened.studies[0]?.series[0]
  if (opening !== null && awaitsFirst && first?.growing !== undefined) selectSeries(first.id)
  else if (!findSeries(seriesId)) useStudies.setState({ seriesId: first?.id ?? null })
}

/** Looks at a series, at its middle slice the first time. */
export function selectSeries(seriesId: string): void {
  const found = findSeries(seriesId)
  if (!found) return
  useView.getState().startAt(seriesId, Math.floor((found.series.slices.length - 1) / 2))
  useStudies.setState({ seriesId, awaitsFirst: false })
}

/** The neighbour of the series looked at, in the order of the list; none beyond its ends. */
export function stepSeries(step: 1 | -1): void {
  const { opened, seriesId } = useStudies.getState()
  const all = opened.studies.flatMap(({ series }) => series)
  const next = all[all.findIndex(({ id }) => id === seriesId) + step]
  if (next) selectSeries(next.id)
}

/**
 * Opens studies and looks at the first series of what came, unless the reader has chosen another one meanwhile.
 * @param what shown while it lasts
 * @param ask resolves to null where the reader changed their mind
 * @returns the id of the series of these studies that is looked at, else of their first one
 */
export async function openStudies(
  what: string,
  ask: () => Promise<OpenedStudies | null>
): Promise<string | null> {
  const before = useStudies.getState().seriesId
  useStudies.setState({ opening: what, awaitsFirst: true })
  try {
    const came = await ask()
    if (!came || came.cancelled) {
      if (before && findSeries(before)) useStudies.setState({ seriesId: before })
      return null
    }
    await refreshStudies()
    const all = came.studies.flatMap(({ series }) => series.map(({ id }) => id))
    const { seriesId, awaitsFirst } = useStudies.getState()
    const looked = all.find((id) => id === seriesId)
    const first = looked ?? all[0] ?? null
    if (first && awaitsFirst) selectSeries(first)
    if (!first)
      tell('error', 'Nothing in this place could be read as an image. The reasons are under Problems.')
    return first
  } catch (thrown) {
    tell('error', describeThrown(thrown))
    await refreshStudies().catch(() => undefined)
    return null
  } finally {
    useStudies.setState({ opening: null })
  }
}

/** Ends the opening under way; what was open before stays. */
export async function cancelOpening(): Promise<void> {
  await unwrap(nidus.cancelOpening()).catch((thrown: unknown) => tell('error', describeThrown(thrown)))
}

/** Closes everything. */
export async function closeStudies(): Promise<void> {
  await unwrap(nidus.closeStudies())
  await refreshStudies()
}

async function refreshStudies(): Promise<void> {
  await takeOpened(await unwrap(nidus.listStudies()))
  await loadModels()
}
