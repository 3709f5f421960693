import { readFile } from 'node:fs/promises'
import { estimatePerformance } from '../calibration/estimate-performance'
import { findMethod } from '../calibration/methods'
import { onePerPatient } from '../calibration/one-per-patient'
import { proposeThreshold } from '../calibration/propose-threshold'
import {
  applyLabels,
  readLabelTable,
  readPatientTable,
  readScoreTable
} from '../calibration/read-score-table'
import type { SkippedRow } from '../calibration/read-score-table'
import { samplesOf } from '../calibration/scored-case'
import type { ScoredCase } from '../calibration/scored-case'
import { sharedPatients, splitCases } from '../calibration/split-cases'
import { refuse } from '../calibration/threshold-result'
import type { ThresholdWarning } from '../calibration/threshold-result'
import { NidusError } from '../contract/errors'
import { exitCodes } from './exit-codes'
import { runParsed } from './run-parsed'
import { calibrateHelp, parseCalibrateArguments } from './parse-calibrate-arguments'
import type { CalibrateArguments } from './parse-calibrate-arguments'
import { summarizeCalibration } from './summarize-calibration'
import type { CalibrationAnswer } from './summarize-calibration'

/**
 * `nidus calibrate`: a threshold from scores and verdicts, with held-out figures where cases are held out.
 * @param argv what follows the command's name
 * @returns the process's exit code: 0 done, 2 usage, 3 nothing readable, 5 rows skipped or no threshold
 */
export function calibrateCommand(argv: string[]): Promise<number> {
  return runParsed('calibrate', calibrateHelp, () => parseCalibrateArguments(argv), calibrate)
}

async function calibrate(wanted: CalibrateArguments): Promise<number> {
  const skipped: (SkippedRow & { file: string })[] = []
  const warnings: ThresholdWarning[] = []
  const keep = (file: string, rows: SkippedRow[]): void =>
    rows.forEach((row) => skipped.push({ file, ...row }))
  const labels = wanted.labels ? readLabelTable(await readText(wanted.labels), wanted.complete) : null
  if (labels && wanted.labels) keep(wanted.labels, labels.skipped)
  const load = async (path: string): Promise<ScoredCase[]> => {
    const table = readScoreTable(await readText(path))
    keep(path, table.skipped)
    if (table.cases.length === 0) throw new NidusError('nothing-readable', { path, reason: 'no usable row' })
    const cases: ScoredCase[] = labels
      ? applyLabels(table.cases, labels)
      : table.cases.map((own) => ({ ...own, label: 'normal' }))
    return wanted.onePerPatient ? onePerPatient(cases, wanted.onePerPatient) : cases
  }
  if (!labels) warnings.push({ code: 'labels-absent-assumed-normal' })
  const cases = await load(wanted.scores)
  const { calibration, heldOut } = wanted.heldOut
    ? { calibration: cases, heldOut: await load(wanted.heldOut) }
    : wanted.split
      ? splitCases(cases, wanted.split, wanted.options.seed)
      : { calibration: cases, heldOut: [] }
  const unlabelled = [...calibration, ...heldOut].filter(({ label }) => label === null).length
  if (unlabelled > 0) warnings.push({ code: 'unlabelled-left-out', cases: unlabelled })

  const training = wanted.training ? readPatientTable(await readText(wanted.training)) : []
  const answer = learn(wanted, calibration, heldOut, training)
  if (answer.result.kind === 'threshold') answer.result.warnings.unshift(...warnings)
  const output = {
    researchUseOnly: true,
    ...answer.result,
    options: wanted.options,
    cases: { calibration: calibration.length, heldOut: heldOut.length, unlabelled },
    heldOut: answer.heldOut,
    proposal: answer.proposal,
    skippedRows: skipped
  }
  process.stdout.write(
    wanted.json ? `${JSON.stringify(output, null, 2)}\n` : summarizeCalibration(answer, wanted)
  )
  if (!wanted.json) {
    for (const row of skipped) process.stderr.write(`${row.file}:${row.line}: ${row.reason}\n`)
  }
  return answer.result.kind === 'refused' || skipped.length > 0 ? exitCodes.donePartly : exitCodes.done
}

function learn(
  { method: name, options, level, images, current }: CalibrateArguments,
  calibration: readonly ScoredCase[],
  heldOut: readonly ScoredCase[],
  training: readonly string[]
): CalibrationAnswer {
  const shared = sharedPatients([training.map((patient) => ({ patient })), calibration, heldOut])
  if (shared.length > 0) {
    return {
      result: refuse(name, 'patient-in-two-sets', { have: shared.length }),
      heldOut: null,
      proposal: null
    }
  }
  const method = findMethod(name)
  if (!method) throw new NidusError('usage', { reason: `no method ${name}` })
  const result = method.learn(samplesOf(calibration, level, images), options)
  if (result.kind === 'refused') return { result, heldOut: null, proposal: null }
  const figures = heldOut.length > 0 ? estimatePerformance(heldOut, result.threshold) : null
  if (!figures) result.warnings.push({ code: 'no-held-out-figures' })
  const proposal =
    current === undefined
      ? null
      : proposeThreshold({
          level,
          method: name,
          options,
          currentThreshold: current,
          calibration,
          heldOut,
          trainingPatients: training,
          pastFindings: [...calibration, ...heldOut],
          pastFindingsFloor: -Infinity,
          normalImages: images
        })
  return { result, heldOut: figures, proposal }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause)
    throw new NidusError('nothing-readable', { path, reason }, { cause })
  }
}
