import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { providerNames, type ProviderName } from '../contract/analysis'
import { NidusError } from '../contract/errors'
import { manifestSchema, preprocessingSchema, type Preprocessing } from '../contract/manifest'
import type { AddRequest } from '../inference/model-import/add-model'

/** What `nidus models` was asked for. */
export type ModelsArguments =
  | { action: 'help' }
  | { action: 'add'; request: AddRequest; accept: boolean; json: boolean }
  | { action: 'list'; json: boolean }
  | { action: 'show'; id: string; json: boolean }
  | { action: 'check'; id: string; provider: ProviderName; json: boolean }
  | { action: 'remove'; id: string; yes: boolean }

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const
const help = { type: 'boolean', short: 'h' } as const

const optionsOf = {
  add: {
    ...{ roles: text, normals: text, id: text, name: text, kind: text, loss: text, beta: text, range: text },
    ...{ image: text, preprocessing: text, modality: text, 'body-part': text, contrast: text },
    ...{ orientation: text, licence: text, accept: flag, json: flag, help }
  },
  list: { json: flag, help },
  show: { json: flag, help },
  check: { provider: text, json: flag, help },
  remove: { yes: flag, help }
} as const
type Action = keyof typeof optionsOf

/**
 * Reads the arguments of `nidus models`, and the file of --preprocessing.
 * @param argv without node, script and command name
 * @throws usage, with the reason in plain words
 */
export async function parseModelArguments([action, ...argv]: string[]): Promise<ModelsArguments> {
  if (action === undefined) throw usage('an action is missing: add, list, show, check or remove')
  if (action === '--help' || action === '-h' || action === 'help') return { action: 'help' }
  if (!isAction(action)) throw usage(`unknown action '${action}'; known: add, list, show, check, remove`)
  const { values, positionals } = parse(action, argv)
  if (values.help) return { action: 'help' }
  const given = values as Record<string, string | undefined>
  const json = values.json === true
  if (action === 'list') {
    if (positionals.length > 0) throw usage('list takes no further arguments')
    return { action, json }
  }
  const [first, ...more] = positionals
  if (first === undefined || more.length > 0) {
    throw usage(action === 'add' ? 'add takes one FOLDER or FILE' : `${action} takes one ID`)
  }
  switch (action) {
    case 'show':
      return { action, id: first, json }
    case 'check':
      return { action, id: first, provider: oneOf('provider', given.provider ?? 'cpu', providerNames), json }
    case 'remove':
      return { action, id: first, yes: values.yes === true }
    case 'add':
      return { action, request: await requestOf(first, given), accept: values.accept === true, json }
  }
}

async function requestOf(source: string, given: Record<string, string | undefined>): Promise<AddRequest> {
  const { kind, losses, trainedFor } = manifestSchema.shape
  const optional = <T>(name: string, read: (value: string) => T): T | undefined =>
    given[name] === undefined ? undefined : read(nonEmpty(name, given[name]))
  return {
    source,
    roles: optional('roles', String),
    normals: optional('normals', String),
    id: optional('id', String),
    name: optional('name', String),
    kind: optional('kind', (value) => oneOf('kind', value, kind.options)),
    loss: optional('loss', (value) => oneOf('loss', value, losses.shape.reconstruction.options)),
    beta: optional('beta', (value) => numberOf('beta', value, 0)),
    range: optional('range', rangeOf),
    image: optional('image', imageOf),
    preprocessing:
      given.preprocessing === undefined ? undefined : await readPreprocessing(given.preprocessing),
    modalities: optional('modality', list),
    bodyParts: optional('body-part', list),
    contrast: optional('contrast', String),
    orientation: optional('orientation', (value) =>
      oneOf('orientation', value, trainedFor.shape.orientation.options)
    ),
    licence: optional('licence', String)
  }
}

function isAction(name: string): name is Action {
  return Object.prototype.hasOwnProperty.call(optionsOf, name)
}

function parse(action: Action, args: string[]) {
  try {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: optionsOf[action] })
    return { values: values as Record<string, string | boolean | undefined>, positionals }
  } catch (thrown) {
    throw usage(thrown instanceof Error ? thrown.message.split('. ')[0] : String(thrown))
  }
}

async function readPreprocessing(path: string): Promise<Preprocessing> {
  let json: unknown
  try {
    json = JSON.parse(await readFile(path, 'utf8'))
  } catch (thrown) {
    throw usage(`--preprocessing ${path}: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
  }
  // a whole model.json will do as well
  const inner = (json as { preprocessing?: unknown } | null)?.preprocessing ?? json
  const parsed = preprocessingSchema.safeParse(inner)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw usage(`--preprocessing ${path}: ${issue.path.map(String).join('.')}: ${issue.message}`)
}

function imageOf(value: string): NonNullable<AddRequest['image']> {
  const found = /^([13])x([1-9]\d{0,3})x([1-9]\d{0,3})$/i.exec(value)
  if (!found) throw usage(`--image: '${value}' is not like 1x64x64 (channels, 1 or 3, x rows x columns)`)
  const [channels, height, width] = found.slice(1).map(Number)
  return { channels, height, width }
}

function rangeOf(value: string): [number, number] {
  const parts = value.split(',')
  if (parts.length !== 2) throw usage(`--range: '${value}' is not like 0,1`)
  const [low, high] = parts.map((part) => numberOf('range', part))
  if (!(low < high)) throw usage('--range: the first number has to be the lower one')
  return [low, high]
}

function numberOf(option: string, value: string, least = -Infinity): number {
  const number = value.trim() === '' ? NaN : Number(value)
  if (!Number.isFinite(number) || number < least) throw usage(`--${option}: '${value}' is no such number`)
  return number
}

function oneOf<T extends string>(option: string, value: string, known: readonly T[]): T {
  const found = known.find((name) => name === value)
  if (found === undefined) throw usage(`--${option}: unknown '${value}'; known: ${known.join(', ')}`)
  return found
}

function list(value: string): string[] {
  return value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
}

function nonEmpty(option: string, value: string): string {
  if (list(value).length === 0) throw usage(`--${option} is empty`)
  return value
}

function usage(reason: string): NidusError {
  return new NidusError('usage', { reason })
}
