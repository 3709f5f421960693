import type { ImageFacts, ThresholdApproval, ThresholdScope, ThresholdVersion } from '../../contract/feedback'
import { NidusError } from '../../contract/errors'
import type { MapName } from '../../contract/manifest'
import { siteThreshold } from '../../calibration/site-threshold'
import { driftFromVerdicts } from '../../calibration/verdicts/drift-from-verdicts'
import type { SiteDrift, SiteDriftRequest } from '../../calibration/verdicts/drift-from-verdicts'
import { proposeFromVerdicts } from '../../calibration/verdicts/propose-from-verdicts'
import type { SiteProposal, SiteProposalRequest } from '../../calibration/verdicts/propose-from-verdicts'
import { anyProfile } from '../../calibration/verdicts/scan-profile'
import type { ScanProfile } from '../../calibration/verdicts/scan-profile'
import { judgedVerdicts } from '../thresholds/judged-verdicts'
import {
  approveThreshold,
  rollbackThreshold,
  thresholdHistory,
  withdrawThreshold
} from '../thresholds/threshold-versions'
import type { StoreKeeper } from './store-keeper'

interface OfMap {
  modelSha256: string
  map: MapName
}

/** Whose name stands under a change, and why. */
type Signed = Pick<ThresholdApproval, 'approvedBy' | 'reason'>

/** Questions about thresholds: learning from verdicts, versions, drift. */
export const thresholdQuestions = {
  /** Every version ever approved, of all models, oldest first. */
  async thresholdHistory(keeper: StoreKeeper, _: null): Promise<ThresholdVersion[]> {
    return thresholdHistory(await keeper.store())
  },

  /** The images that there are verdicts on, one for each verdict, and whether their study was read completely. */
  async judgedImages(
    keeper: StoreKeeper,
    ofMap: OfMap
  ): Promise<(Pick<ImageFacts, 'modality' | 'scanner'> & { study: string; studyComplete: boolean })[]> {
    const verdicts = judgedVerdicts(await keeper.store(), ofMap, anyProfile)
    return verdicts.map(({ image: { modality, scanner, studyInstanceUid }, studyComplete }) => ({
      ...{ modality, scanner, studyComplete },
      study: studyInstanceUid
    }))
  },

  async proposeThreshold(
    keeper: StoreKeeper,
    {
      ofMap,
      profile,
      ...rest
    }: Omit<SiteProposalRequest, 'verdicts'> & { ofMap: OfMap; profile: ScanProfile }
  ): Promise<SiteProposal> {
    return proposeFromVerdicts({ ...rest, verdicts: judgedVerdicts(await keeper.store(), ofMap, profile) })
  },

  /**
   * Makes a proposal the threshold of its scope.
   * @throws NidusError `threshold-changed` where another version came into use since the proposal was made
   */
  async approveThreshold(
    keeper: StoreKeeper,
    { approval, inUse }: { approval: ThresholdApproval; inUse: string | null }
  ): Promise<ThresholdVersion> {
    const store = await keeper.store()
    const now = siteThreshold(thresholdHistory(store), approval.scope)
    if ((now?.id ?? null) !== inUse) {
      throw new NidusError('threshold-changed', { version: now?.version ?? null })
    }
    return approveThreshold(store, approval)
  },

  async rollBackThreshold(
    keeper: StoreKeeper,
    { versionId, approvedBy, reason }: Signed & { versionId: string }
  ): Promise<ThresholdVersion> {
    return rollbackThreshold(await keeper.store(), versionId, approvedBy, reason)
  },

  async withdrawThreshold(
    keeper: StoreKeeper,
    { scope, value, ...signed }: Signed & { scope: ThresholdScope; value: number }
  ): Promise<ThresholdVersion> {
    return withdrawThreshold(await keeper.store(), scope, value, signed)
  },

  async siteDrift(
    keeper: StoreKeeper,
    { ofMap, profile, ...rest }: Omit<SiteDriftRequest, 'verdicts'> & { ofMap: OfMap; profile: ScanProfile }
  ): Promise<SiteDrift> {
    return driftFromVerdicts({ ...rest, verdicts: judgedVerdicts(await keeper.store(), ofMap, profile) })
  }
}
