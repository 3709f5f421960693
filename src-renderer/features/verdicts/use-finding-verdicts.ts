import { useMemo } from 'react'
import type { SeenVerdict, StudyVerdicts } from '../../../src-main/contract/feedback-channels'
import { useAnalyses } from '../../state/analysis'
import { useFindings, type RankedFinding } from '../../state/findings'
import { useStudyVerdicts, useVerdicts } from '../../state/verdicts'
import type { Reading } from '../reading/use-reading'
import { attachVerdicts, isOnFinding, type AttachedVerdicts, type FindingSource } from './attach-verdicts'

const none: RankedFinding[] = []
const nothingSaid: AttachedVerdicts = { mine: null, others: [] }

/** What was said of the findings of the series being read. */
export interface FindingVerdicts {
  ranked: RankedFinding[]
  /** of the finding with this rank */
  of(rank: number): AttachedVerdicts
  /** findings that the reader has judged */
  judged: number
}

/** What was said of each finding in the list, kept up to date. */
export function useFindingVerdicts(reading: Reading | null): FindingVerdicts {
  const study = useStudyVerdicts(reading?.study.studyInstanceUid)
  const seriesId = reading?.series.id ?? ''
  const seriesInstanceUid = reading?.series.seriesInstanceUid ?? ''
  const isListed = useFindings((state) => state.seriesId === seriesId)
  const ranked = useFindings((state) => (state.seriesId === seriesId ? state.ranked : none))
  const map = useFindings((state) => state.map)
  const modelSha256 = useAnalyses((state) => state.bySeries[seriesId]?.stamp?.modelSha256 ?? null)
  return useMemo(
    () => attached(ranked, study, { seriesInstanceUid, modelSha256, map: isListed ? map : null }),
    [ranked, study, seriesInstanceUid, modelSha256, map, isListed]
  )
}

/** The same at one moment, for keys. */
export function findingVerdictsNow({ study, series }: Reading): FindingVerdicts {
  const { seriesId, ranked, map } = useFindings.getState()
  const isListed = seriesId === series.id
  const modelSha256 = useAnalyses.getState().bySeries[series.id]?.stamp?.modelSha256 ?? null
  return attached(isListed ? ranked : none, useVerdicts.getState().byStudy[study.studyInstanceUid] ?? null, {
    seriesInstanceUid: series.seriesInstanceUid,
    modelSha256,
    map: isListed ? map : null
  })
}

/** The reader's verdicts on findings that no finding of the list stands for: at another threshold, map or model. */
export function ownElsewhere(study: StudyVerdicts | null, { ranked, of }: FindingVerdicts): SeenVerdict[] {
  const shown = new Set(ranked.map(({ rank }) => of(rank).mine?.id))
  return (study?.verdicts ?? []).filter(
    (verdict) => verdict.mine && isOnFinding(verdict) && !shown.has(verdict.id)
  )
}

function attached(
  ranked: RankedFinding[],
  study: StudyVerdicts | null,
  source: FindingSource
): FindingVerdicts {
  const said = attachVerdicts(
    ranked.map(({ body }) => body),
    study?.verdicts ?? [],
    source
  )
  const places = new Map(ranked.map(({ rank }, place) => [rank, place]))
  return {
    ranked,
    of: (rank) => said[places.get(rank) ?? -1] ?? nothingSaid,
    judged: said.filter(({ mine }) => mine !== null).length
  }
}
