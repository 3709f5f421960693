import type { MapName } from '../../contract/manifest'
import type { NamedVerdict } from '../../contract/feedback'
import { coversImage } from '../../calibration/verdicts/scan-profile'
import type { ScanProfile } from '../../calibration/verdicts/scan-profile'
import type { JudgedVerdict } from '../../calibration/verdicts/judged-verdict'
import { readingState } from '../reading/record-reading'
import type { FeedbackStore } from '../store/open-store'
import { currentVerdicts } from '../verdicts/query-verdicts'

/**
 * The current verdicts on a map of a model, on images that a profile covers, each with whether its reader has read the
 * whole study. Missed findings that were drawn without looking at a map come along where their study has verdicts on
 * it: they have no score, and what is not known of them must be counted.
 */
export function judgedVerdicts(
  store: FeedbackStore,
  { modelSha256, map }: { modelSha256: string; map: MapName },
  profile: ScanProfile
): JudgedVerdict[] {
  const onMap = currentVerdicts(store, { modelSha256, map })
  const studies = new Set(onMap.map(({ image }) => image.studyInstanceUid))
  const unseen = currentVerdicts(store, { kind: 'missed' }).filter(
    ({ analysis, image }) => analysis === null && studies.has(image.studyInstanceUid)
  )
  const complete = new Map<string, boolean>()
  const isComplete = ({ readerKey, image }: NamedVerdict): boolean => {
    const key = `${readerKey}\n${image.studyInstanceUid}`
    const known = complete.get(key) ?? readingState(store, readerKey, image.studyInstanceUid).completed
    complete.set(key, known)
    return known
  }
  return [...onMap, ...unseen]
    .filter(({ image }) => coversImage(profile, image))
    .map((verdict) => ({ ...verdict, studyComplete: isComplete(verdict) }))
}
