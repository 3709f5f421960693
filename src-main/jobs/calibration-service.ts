import { randomUUID } from 'node:crypto'
import { findMethod } from '../calibration/methods'
import type { MethodOptions } from '../calibration/methods'
import {
  siteThreshold,
  siteThresholdId,
  siteThresholdsFor,
  withdrawnMethod
} from '../calibration/site-threshold'
import { profileKey, profileLabel } from '../calibration/verdicts/scan-profile'
import type { ScanProfile } from '../calibration/verdicts/scan-profile'
import { percentOfVersion, taughtUntil } from '../calibration/verdicts/taught-by'
import type { ThresholdChoice } from '../contract/analysis'
import type { CalibrationOverview, DriftFacts, ProposalFacts } from '../contract/calibration-channels'
import type { Request } from '../contract/channels'
import { NidusError } from '../contract/errors'
import type { ThresholdApproval, ThresholdVersion } from '../contract/feedback'
import type { MapName } from '../contract/manifest'
import type { Series } from '../contract/study'
import { unknownOrigin, type ImageOrigin } from '../image/dicom/read-origin'
import type { CatalogueModel } from '../inference/model-catalogue'
import { chooseThreshold } from '../maps/choose-threshold'
import { thresholdVersionOf } from '../maps/threshold-version-of'
import { calibrationOverview } from './calibration-overview'
import { driftFacts } from './drift-facts'
import type { AskFeedback } from './feedback-service'
import { proposalFacts } from './proposal-facts'

interface Needs {
  ask: AskFeedback
  model(modelId: string): Promise<CatalogueModel>
  origin(seriesId: string): Promise<ImageOrigin>
  /** after a version was added: results have to name it */
  onChange(): Promise<void>
}

/** A proposal as it was shown, ready to be approved. */
interface Pending {
  modelId: string
  approval: Omit<ThresholdApproval, 'approvedBy' | 'reason'>
  /** id of the version in use when it was made; null for the model's own threshold */
  inUse: string | null
}

/** Proposals that wait for a person; older ones are forgotten. */
const mostPending = 20

/** Thresholds that a site learns from its verdicts: proposed here, approved by a person, used by every analysis. */
export class CalibrationService {
  private readonly pending = new Map<string, Pending>()
  private history: Promise<ThresholdVersion[]> | null = null

  constructor(private readonly needs: Needs) {}

  /**
   * The approved thresholds for images like those of a series, at most one a map. None where the store can not be
   * opened, which the window says by itself; results then name the model's threshold.
   */
  async siteThresholds({ id, modality }: Series, { manifest }: CatalogueModel): Promise<ThresholdChoice[]> {
    const history = await this.versions().catch(() => [])
    if (history.length === 0) return []
    const { scanner } = await this.needs.origin(id).catch(() => unknownOrigin)
    return siteThresholdsFor(history, manifest, { modality, scanner })
  }

  /** Reads the versions again, and tells of them where they have changed. */
  async refresh(): Promise<void> {
    const latest = async (): Promise<string> =>
      JSON.stringify((await this.versions().catch(() => [])).map(({ id }) => id))
    const before = await latest()
    this.history = null
    if ((await latest()) !== before) await this.needs.onChange()
  }

  /** @throws model-*, feedback-* */
  async overview({ modelId, map }: Request<'calibration:overview'>): Promise<CalibrationOverview> {
    const { manifest } = await this.needs.model(modelId)
    const images = await this.needs.ask('judgedImages', { modelSha256: manifest.sha256, map })
    const history = await this.versions()
    const thresholdOf = (profile: ScanProfile) => {
      const { value, version } = inUse(manifest, map, profile, history)
      return { value, version }
    }
    return calibrationOverview({ manifest, map, images, history, thresholdOf })
  }

  /** What a recalibration would change. @throws request-invalid for an unknown method, model-*, feedback-* */
  async propose(request: Request<'calibration:propose'>): Promise<ProposalFacts> {
    const { modelId, map, profile, level, options } = request
    const { manifest } = await this.needs.model(modelId)
    const method = findMethod(request.method)
    if (!method) throw new NidusError('request-invalid', { reason: `method ${request.method}` })
    const current = inUse(manifest, map, profile, await this.versions())
    const ofMap = { modelSha256: manifest.sha256, map }
    const known = Object.keys(method.options)
    const own = Object.fromEntries(Object.entries(options).filter(([name]) => known.includes(name)))
    const proposal = await this.needs.ask('proposeThreshold', {
      ...{ ofMap, profile, level, method: method.name, currentThreshold: current.value },
      options: own as MethodOptions
    })
    const id = randomUUID()
    const facts = proposalFacts(proposal, {
      ...{ id, level, method: method.name, current: { value: current.value, version: current.version } },
      label: profileLabel(profile)
    })
    if (facts.id !== null && proposal.outcome.kind === 'proposal') {
      const { learnt, findings, before, after } = proposal.outcome
      this.keep(id, {
        modelId,
        inUse: current.id,
        approval: {
          scope: { modelId, modelSha256: manifest.sha256, map, level, ...profile },
          thresholdId: siteThresholdId,
          value: learnt.threshold,
          method: method.name,
          proposal: {
            options: own,
            ...{ learnt, findings, before, after, verdicts: proposal.verdicts, cases: proposal.cases },
            until: proposal.until
          }
        }
      })
    }
    return facts
  }

  /** @throws not-found for a proposal that is not waiting, threshold-changed, feedback-* */
  async approve({ proposalId, ...signed }: Request<'calibration:approve'>): Promise<CalibrationOverview> {
    const pending = this.pending.get(proposalId)
    if (!pending) throw new NidusError('not-found', { reason: 'the proposal is not waiting any longer' })
    const { modelId, approval, inUse } = pending
    await this.needs.ask('approveThreshold', { approval: { ...approval, ...signed }, inUse })
    this.pending.delete(proposalId)
    return this.changed(modelId, approval.scope.map)
  }

  /**
   * Brings an older version back, or what was in use before the site had a threshold of its own.
   * @throws not-found for versions that are not of one profile of the map, threshold-changed, feedback-*
   */
  async rollBack(request: Request<'calibration:roll-back'>): Promise<CalibrationOverview> {
    const { modelId, map, versionId, toVersionId, approvedBy, reason } = request
    this.history = null
    const history = await this.versions()
    const { manifest } = await this.needs.model(modelId)
    const ofMap = history.filter(
      ({ scope, thresholdId }) =>
        thresholdId === siteThresholdId && scope.modelSha256 === manifest.sha256 && scope.map === map
    )
    const from = ofMap.find(({ id }) => id === versionId)
    if (!from) throw new NidusError('not-found', { reason: 'there is no such version' })
    const profile = { modality: from.scope.modality, scanner: from.scope.scanner }
    const ofProfile = ofMap.filter(({ scope }) => profileKey(scope) === profileKey(profile))
    if (ofProfile[ofProfile.length - 1].id !== versionId) throw new NidusError('threshold-changed', {})
    if (toVersionId === null) {
      const others = history.filter(({ scope }) => profileKey(scope) !== profileKey(profile))
      const { value } = inUse(manifest, map, profile, others)
      await this.needs.ask('withdrawThreshold', { scope: from.scope, value, approvedBy, reason })
    } else {
      const to = ofProfile.find(({ id }) => id === toVersionId)
      if (!to || to.method === withdrawnMethod)
        throw new NidusError('not-found', { reason: 'there is no such version' })
      await this.needs.ask('rollBackThreshold', { versionId: toVersionId, approvedBy, reason })
    }
    return this.changed(modelId, map)
  }

  /** Whether normals still look as when the threshold was learnt. @throws model-*, feedback-* */
  async drift({ modelId, map, profile, level }: Request<'calibration:drift'>): Promise<DriftFacts> {
    const { manifest } = await this.needs.model(modelId)
    const history = await this.versions()
    const current = inUse(manifest, map, profile, history)
    const version = history.find(({ id }) => id === current.id)
    const drift = await this.needs.ask('siteDrift', {
      ofMap: { modelSha256: manifest.sha256, map },
      ...{ profile, level, threshold: current.value },
      percent: percentOfVersion(version),
      taughtUntil: taughtUntil(version, history)
    })
    const threshold = { value: current.value, version: current.version }
    return driftFacts(drift, { label: profileLabel(profile), threshold })
  }

  private versions(): Promise<ThresholdVersion[]> {
    this.history ??= this.needs.ask('thresholdHistory', null).catch((thrown: unknown) => {
      this.history = null
      throw thrown
    })
    return this.history
  }

  private keep(id: string, pending: Pending): void {
    this.pending.set(id, pending)
    const oldest = this.pending.keys().next()
    if (this.pending.size > mostPending && !oldest.done) this.pending.delete(oldest.value)
  }

  private async changed(modelId: string, map: MapName): Promise<CalibrationOverview> {
    this.history = null
    await this.needs.onChange()
    return this.overview({ modelId, map })
  }
}

/** The threshold in use for the images of a profile: the site's, else the model's own. */
function inUse(
  manifest: CatalogueModel['manifest'],
  map: MapName,
  profile: ScanProfile,
  history: readonly ThresholdVersion[]
): { id: string | null; value: number; version: string } {
  const site = siteThreshold(history, { modelSha256: manifest.sha256, map, ...profile })
  if (site) return { id: site.id, value: site.value, version: site.version }
  const own = chooseThreshold(manifest, map)
  return { id: null, value: own.value, version: thresholdVersionOf(own) }
}
