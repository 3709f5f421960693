import { create } from 'zustand'
import type { Finding } from '../../src-main/contract/analysis'
import type { MapName } from '../../src-main/contract/manifest'
import { nidus } from '../api/nidus'

export interface RankedFinding {
  /** 1 for the highest peak of the series */
  rank: number
  sliceIndex: number
  finding: Finding
}

interface Question {
  seriesId: string
  map: MapName
  threshold: number
}

interface Findings {
  seriesId: string | null
  map: MapName | null
  threshold: number
  ranked: RankedFinding[]
  searching: boolean
}

/** The findings of the series looked at, at the threshold in use. */
export const useFindings = create<Findings>(() => ({
  seriesId: null,
  map: null,
  threshold: 0,
  ranked: [],
  searching: false
}))

let wanted: Question | null = null
let underWay = false

/** Asks for findings. One question is under way at a time; of those that come meanwhile only the last is asked. */
export function findFindings(question: Question): void {
  wanted = question
  const { seriesId, map, threshold, ranked } = useFindings.getState()
  // until the answer is here: nothing of another series or map, and nothing below the new threshold
  if (seriesId !== question.seriesId || map !== question.map) {
    useFindings.setState({ ...question, ranked: [] })
  } else if (question.threshold > threshold) {
    useFindings.setState({
      ...question,
      ranked: ranked.filter(({ finding }) => finding.peak >= question.threshold)
    })
  }
  if (!underWay) void askForWanted()
}

/** Forgets the findings of a series, because it is analysed anew. */
export function clearFindings(seriesId: string): void {
  if (useFindings.getState().seriesId === seriesId) useFindings.setState({ ranked: [] })
}

async function askForWanted(): Promise<void> {
  underWay = true
  useFindings.setState({ searching: true })
  while (wanted) {
    const question: Question = wanted
    wanted = null
    const answer = await nidus.findings(question)
    if (!answer.ok || wanted) continue
    const ranked = answer.value.findings
      .sort((a, b) => b.finding.peak - a.finding.peak)
      .map((found, place) => ({ rank: place + 1, ...found }))
    useFindings.setState({ ...question, ranked })
  }
  underWay = false
  useFindings.setState({ searching: false })
}
