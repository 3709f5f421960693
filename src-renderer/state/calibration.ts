import { create } from 'zustand'
import type {
  CalibrationOverview,
  DriftFacts,
  MethodFacts,
  ProfileFacts,
  ProposalFacts,
  ThresholdLevel
} from '../../src-main/contract/calibration-channels'
import type { MapName } from '../../src-main/contract/manifest'
import { describeThrown } from '../api/describe-error'
import { nidus, unwrap } from '../api/nidus'

export type CalibrationTab = 'proposal' | 'history' | 'drift'

interface Calibration {
  tab: CalibrationTab
  modelId: string | null
  map: MapName | null
  /** place in `overview.profiles`; 0 is every image */
  profile: number
  level: ThresholdLevel
  method: string
  /** `${method}/${option}` -> the person's value, where it is not the method's own */
  options: Record<string, number | string>
  overview: CalibrationOverview | null
  proposal: ProposalFacts | null
  drift: DriftFacts | null
  busy: boolean
  /** why the last question had no answer, in plain words */
  problem: string | null
  /** who reads in this session, offered as the name that approves */
  reader: string
}

/** Recalibration as the sheet of thresholds shows it. */
export const useCalibration = create<Calibration>(() => ({
  tab: 'proposal',
  modelId: null,
  map: null,
  profile: 0,
  level: 'slice',
  method: 'percentile',
  options: { 'percentile/percent': 95 },
  overview: null,
  proposal: null,
  drift: null,
  busy: false,
  problem: null,
  reader: ''
}))

let revision = 0

/** Asks main; of several questions under way only the answer to the last one counts. */
async function ask(work: () => Promise<Partial<Calibration>>): Promise<boolean> {
  const own = ++revision
  useCalibration.setState({ busy: true, problem: null })
  try {
    const answer = await work()
    if (own === revision) useCalibration.setState({ ...answer, busy: false })
    return own === revision
  } catch (thrown) {
    if (own === revision) useCalibration.setState({ busy: false, problem: describeThrown(thrown) })
    return false
  }
}

const ofMap = (): { modelId: string; map: MapName } => {
  const { modelId, map } = useCalibration.getState()
  return { modelId: modelId as string, map: map as MapName }
}

function chosenProfile(): ProfileFacts {
  const { overview, profile } = useCalibration.getState()
  const any: ProfileFacts = { modality: null, scanner: { manufacturer: null, model: null, protocol: null } }
  return overview?.profiles[profile]?.profile ?? any
}

/** Takes up a model and one of its maps, and asks for its verdicts, versions and a first proposal. */
export async function openCalibration(modelId: string, map: MapName): Promise<void> {
  useCalibration.setState({ modelId, map, profile: 0, overview: null, proposal: null, drift: null })
  const asked = await ask(async () => {
    const overview = await unwrap(nidus.calibrationOverview({ modelId, map }))
    const { session } = await unwrap(nidus.feedbackState())
    return { overview, reader: session?.reader ?? useCalibration.getState().reader }
  })
  if (asked) await askForTab()
}

/** Changes what is asked for, and asks. */
export function chooseCalibration(
  changes: Partial<Pick<Calibration, 'tab' | 'profile' | 'level' | 'method' | 'options'>>
): void {
  useCalibration.setState(changes)
  const onlyTab = Object.keys(changes).length === 1 && changes.tab !== undefined
  if (!onlyTab) useCalibration.setState({ proposal: null, drift: null })
  void askForTab()
}

/** The options of the method chosen, with the person's values. */
export function optionsOf(method: MethodFacts, own: Calibration['options']): Record<string, number | string> {
  return Object.fromEntries(
    method.options.map(({ name, value }) => [name, own[`${method.name}/${name}`] ?? value])
  )
}

/** Makes the proposal on the screen a version. @returns whether it was approved */
export function approveProposal(approvedBy: string, reason: string): Promise<boolean> {
  const proposalId = useCalibration.getState().proposal?.id ?? ''
  return ask(async () => ({
    overview: await unwrap(nidus.approveThreshold({ proposalId, approvedBy, reason })),
    proposal: null,
    drift: null,
    reader: approvedBy,
    tab: 'history'
  }))
}

/** Brings an older version back; null what was in use before the site had its own. @returns whether it was done */
export function rollBack(
  versionId: string,
  toVersionId: string | null,
  approvedBy: string,
  reason: string
): Promise<boolean> {
  const request = { ...ofMap(), versionId, toVersionId, approvedBy, reason }
  return ask(async () => ({
    overview: await unwrap(nidus.rollBackThreshold(request)),
    proposal: null,
    drift: null,
    reader: approvedBy
  }))
}

async function askForTab(): Promise<void> {
  const { tab, overview, proposal, drift, level, method, options } = useCalibration.getState()
  if (!overview) return
  if (tab === 'proposal' && !proposal) {
    const chosen = overview.methods.find(({ name }) => name === method) ?? overview.methods[0]
    const request = { ...ofMap(), profile: chosenProfile(), level, method: chosen.name }
    await ask(async () => ({
      proposal: await unwrap(nidus.proposeThreshold({ ...request, options: optionsOf(chosen, options) }))
    }))
  } else if (tab === 'drift' && !drift) {
    const request = { ...ofMap(), profile: chosenProfile(), level }
    await ask(async () => ({ drift: await unwrap(nidus.driftReport(request)) }))
  }
}
