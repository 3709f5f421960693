import { create } from 'zustand'
import type { Finding, JoinedFinding } from '../../src-main/contract/analysis'
import type { MapName } from '../../src-main/contract/manifest'
import { nidus } from '../api/nidus'

export interface RankedFinding {
  /** 1 for the highest peak of the series */
  rank: number
  /** slice of the peak, and the region on it that holds the peak */
  sliceIndex: number
  finding: Finding
  /** all of it, over all its slices */
  body: JoinedFinding
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
    const ranked = answer.value.findings.map((body, place) => ({
      rank: place + 1,
      sliceIndex: body.peakSlice,
      finding: regionOfPeak(body),
      body
    }))
    useFindings.setState({ ...question, ranked })
  }
  underWay = false
  useFindings.setState({ searching: false })
}

/** The region that holds the peak. Bodies are made of their regions, so there is always one. */
function regionOfPeak({ parts, peakSlice, peakAt }: JoinedFinding): Finding {
  const part = parts.find(
    ({ sliceIndex, finding }) =>
      sliceIndex === peakSlice && finding.peakAt[0] === peakAt[0] && finding.peakAt[1] === peakAt[1]
  )
  return (part ?? (parts[0] as JoinedFinding['parts'][number])).finding
}
