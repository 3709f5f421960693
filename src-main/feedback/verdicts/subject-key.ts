import { createHash } from 'node:crypto'
import type { VerdictInput } from '../../contract/feedback'

/**
 * What a verdict judges, the same for every reader. A finding is known by its image, model, map and the pixel of
 * its peak, which stays when the threshold moves; its outline does not.
 * @param ownId id of the verdict: a drawn finding is a subject of its own
 */
export function subjectKey(verdict: VerdictInput, ownId: string): string {
  const { image, kind, region, analysis } = verdict
  const slice = `${image.seriesInstanceUid}\n${image.sopInstanceUid ?? ''}\n${image.sliceIndex}`
  const digest = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 32)
  switch (kind) {
    case 'confirm':
    case 'reject':
    case 'unsure':
      return `finding:${digest(`${slice}\n${analysis?.model.sha256}\n${analysis?.map}\n${region?.peakAt?.join(',')}`)}`
    case 'missed':
      return `missed:${ownId}`
    case 'slice-normal':
      return `slice:${digest(slice)}`
    case 'study-normal':
      return `study:${digest(image.studyInstanceUid)}`
  }
}
