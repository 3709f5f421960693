import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { NidusError, toNidusError } from '../contract/errors'
import type { FeedbackWarning } from '../contract/feedback'
import { exportFormats, type ExportFormat } from '../contract/feedback-channels'
import { feedbackStatistics } from '../feedback/feedback-statistics'
import { listBackups } from '../feedback/store/backup'
import { openFeedbackStore, type FeedbackStore } from '../feedback/store/open-store'
import { restoreBackup } from '../feedback/store/recover'
import { exportFeedback } from '../feedback/transfer/export-feedback'
import { importFeedback } from '../feedback/transfer/import-feedback'
import { imageReader } from '../feedback/transfer/image-reader'
import { appVersion } from '../platform/app-paths'
import { feedbackDatabasePath } from '../platform/user-data-folder'
import { verifyAndPrint } from './audit'
import { describeError } from './describe-error'
import { exitCodes } from './exit-codes'
import { feedbackHelp } from './feedback-help'

const options = {
  db: { type: 'string' },
  format: { type: 'string' },
  out: { type: 'string' },
  reader: { type: 'string' },
  study: { type: 'string', multiple: true },
  images: { type: 'string', multiple: true },
  backup: { type: 'string' },
  list: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' }
} as const

type Values = ReturnType<typeof parse>['values']
const parse = (argv: string[]) => parseArgs({ args: argv, allowPositionals: true, options })

/** Options that each action takes beside --db, --json and --help. */
const actions: Record<string, (keyof typeof options)[]> = {
  export: ['format', 'out', 'reader', 'study', 'images'],
  import: ['reader'],
  verify: [],
  stats: [],
  restore: ['backup', 'list']
}

const warningSentences: Record<FeedbackWarning['code'], string> = {
  'store-corrupt-restored': 'the database was damaged and has been restored',
  'store-corrupt-started-empty': 'the database was damaged, there was no backup, a new one was started',
  'audit-tampered': 'the store was changed outside Nidus',
  'patient-salt-replaced':
    'the patient salt is another one: earlier and later studies of a patient do not join',
  'anchor-not-written': 'the anchor of the audit log could not be written'
}

/**
 * `nidus feedback export|import|verify|stats|restore`.
 * @param argv what follows the command's name
 * @returns the process's exit code
 */
export async function feedbackCommand(argv: string[]): Promise<number> {
  const usage = (message: string): number => {
    process.stderr.write(`nidus feedback: ${message}\n\n${feedbackHelp}`)
    return exitCodes.usage
  }
  let parsed
  try {
    parsed = parse(argv)
  } catch (error) {
    return usage(error instanceof Error ? error.message : String(error))
  }
  const { values } = parsed
  const [action, ...files] = parsed.positionals
  if (values.help) {
    process.stdout.write(feedbackHelp)
    return exitCodes.done
  }
  const allowed = action === undefined ? undefined : actions[action]
  if (!allowed) return usage(action ? `there is no action '${action}'` : 'say what to do')
  const foreign = (Object.keys(values) as (keyof Values)[]).find(
    (option) => !['db', 'json', 'help'].includes(option) && !allowed.includes(option as keyof typeof options)
  )
  if (foreign) return usage(`${action} takes no --${foreign}`)
  if ((action === 'import') !== files.length > 0) {
    return usage(action === 'import' ? 'import what?' : `${action} takes no file names`)
  }
  try {
    return await act(action as string, resolve(values.db ?? feedbackDatabasePath()), values, files)
  } catch (thrown) {
    const error = toNidusError(thrown)
    process.stderr.write(`nidus feedback: ${describeError(error)}\n`)
    if (error.code === 'usage' || error.code === 'output-unwritable' || error.code === 'request-invalid') {
      return exitCodes.usage
    }
    return error.code === 'internal' ? exitCodes.internal : exitCodes.nothingReadable
  }
}

async function act(action: string, path: string, values: Values, files: string[]): Promise<number> {
  if (action === 'verify') return verifyAndPrint(path, undefined, values.json === true)
  if (action === 'restore') return restore(path, values)
  if (action !== 'import' && !existsSync(path)) throw new NidusError('file-not-found', { path })
  const store = await openFeedbackStore({ path, now: () => new Date(), appVersion: appVersion() })
  try {
    for (const { code, context } of store.warnings) {
      process.stderr.write(`Warning: ${warningSentences[code]} ${JSON.stringify(context)}\n`)
    }
    if (action === 'import') return await importFiles(store, files, values)
    return action === 'export' ? await exportStore(store, values) : printStatistics(store, values)
  } finally {
    store.close()
  }
}

async function exportStore(store: FeedbackStore, values: Values): Promise<number> {
  const format = values.format ?? 'coco'
  if (!exportFormats.includes(format as ExportFormat)) {
    throw new NidusError('usage', { reason: `--format is one of ${exportFormats.join(', ')}` })
  }
  if (!values.out) throw new NidusError('usage', { reason: '--out is missing' })
  if (values.images && format !== 'training') {
    throw new NidusError('usage', { reason: '--images goes with --format training' })
  }
  const report = await exportFeedback(store, {
    format: format as ExportFormat,
    out: resolve(values.out),
    reader: values.reader,
    studyInstanceUids: values.study,
    readImage: values.images ? await imageReader(values.images) : null
  })
  print(values, report)
  const lacking = values.images !== undefined && Number(report.withoutImage ?? 0) > 0
  return lacking ? exitCodes.donePartly : exitCodes.done
}

async function importFiles(store: FeedbackStore, files: string[], values: Values): Promise<number> {
  const reports: Record<string, unknown>[] = []
  let failed = 0
  let partly = false
  for (const file of files) {
    try {
      const report = await importFeedback(store, resolve(file), values.reader)
      reports.push({ file, ...report })
      partly = partly || report.refused.length > 0
    } catch (thrown) {
      const error = toNidusError(thrown)
      if (error.code === 'request-invalid' || error.code === 'internal') throw error
      process.stderr.write(`nidus feedback: ${file}: ${describeError(error)}\n`)
      failed += 1
    }
  }
  for (const report of reports) print(values, report)
  if (failed === files.length) return exitCodes.nothingReadable
  return failed > 0 || partly ? exitCodes.donePartly : exitCodes.done
}

async function restore(path: string, values: Values): Promise<number> {
  const folder = resolve(path, '..', 'backups')
  if (values.list || !values.backup) {
    for (const backup of listBackups(folder)) process.stdout.write(`${backup.path}\n`)
    return exitCodes.done
  }
  print(values, await restoreBackup(path, resolve(values.backup), new Date()))
  return exitCodes.done
}

function printStatistics(store: FeedbackStore, values: Values): number {
  print(values, { ...feedbackStatistics(store) })
  return exitCodes.done
}

/** JSON for programs, `name: value` for people. */
function print(values: Values, report: Record<string, unknown>): void {
  if (values.json) {
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
    return
  }
  for (const [name, value] of Object.entries(report)) {
    const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    process.stdout.write(`${words}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}\n`)
  }
}
