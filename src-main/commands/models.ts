import { basename } from 'node:path'
import { assertNever, NidusError, toNidusError } from '../contract/errors'
import type { ProviderName, UsedProvider } from '../contract/analysis'
import { chooseProvider } from '../inference/choose-provider'
import type { SpawnEngine } from '../inference/engine-protocol'
import { addModel, type AddRequest } from '../inference/model-import/add-model'
import { checkModel } from '../inference/model-import/check-model'
import type { NetworkDescription } from '../inference/model-import/describe-network'
import { addedModelFolder, removeModel } from '../inference/model-import/remove-model'
import { loadCatalogue, loadModel, type CatalogueModel } from '../inference/model-catalogue'
import { probeInProcess } from '../inference/probe-in-process'
import { describeError } from './describe-error'
import { describeModel } from './describe-model'
import { exitCodeOf, exitCodes } from './exit-codes'
import { modelsHelp } from './models-help'
import { parseModelArguments } from './parse-model-arguments'

/** What the command needs from its surroundings. */
export interface ModelsContext {
  shippedFolder: string
  userFolder: string
  spawnEngine: SpawnEngine
  missing(provider: UsedProvider): string | null
  now: Date
  signal: AbortSignal
  /** results, to stdout */
  print(text: string): void
  /** everything else, to stderr */
  tell(text: string): void
  /** asks the person at the terminal; null where there is none */
  ask: ((question: string) => Promise<boolean>) | null
}

/** After which a provider under trial counts as hanging, as in the app. */
const probeTimeoutMs = 60_000

/**
 * `nidus models`: adds, lists, shows, checks and removes models.
 * @param argv without node, script and command name
 * @returns the exit code, see exit-codes.ts
 */
export async function modelsCommand(argv: string[], context: ModelsContext): Promise<number> {
  try {
    const wanted = await parseModelArguments(argv)
    switch (wanted.action) {
      case 'help':
        context.print(modelsHelp)
        return exitCodes.done
      case 'add':
        return await add(wanted.request, wanted.accept, wanted.json, context)
      case 'list':
        return await list(wanted.json, context)
      case 'show':
        return await show(wanted.id, wanted.json, context)
      case 'check':
        return await check(wanted.id, wanted.provider, wanted.json, context)
      case 'remove':
        return await remove(wanted.id, wanted.yes, context)
      default:
        return assertNever(wanted)
    }
  } catch (thrown) {
    if (context.signal.aborted) return exitCodes.interrupted
    const error = toNidusError(thrown)
    context.tell(`nidus models: ${describeError(error).replace(/\s*\n\s*/g, ' ')}`)
    if (error.code === 'usage') context.tell(`See 'nidus models --help'.`)
    return exitCodeOf(error.code)
  }
}

async function add(
  request: AddRequest,
  accept: boolean,
  json: boolean,
  context: ModelsContext
): Promise<number> {
  const { shippedFolder, userFolder, now, signal, tell, print } = context
  const model = await addModel(request, {
    shippedFolder,
    userFolder,
    now,
    signal,
    tell,
    confirm: async (described) => {
      tell(proposalText(described))
      return accept || (context.ask !== null && (await context.ask('Are these roles right? [y/N] ')))
    }
  })
  print(json ? asJson(summaryOf(model, context)) : `added ${describeModel(model, 'added')}`)
  return exitCodes.done
}

function proposalText({ reasons, doubts }: NetworkDescription): string {
  return [
    'Proposed from names and shapes:',
    ...reasons.map((reason) => `  ${reason}`),
    ...doubts.map((doubt) => `  please check: ${doubt}`)
  ].join('\n')
}

async function list(json: boolean, context: ModelsContext): Promise<number> {
  const { models, problems } = await loadCatalogue([context.shippedFolder, context.userFolder])
  const broken = problems.map(({ id, folder, error }) => ({
    id,
    folder,
    origin: originOf(folder, context),
    problem: { code: error.code, message: describeError(error) }
  }))
  if (json) {
    context.print(asJson({ models: models.map((model) => summaryOf(model, context)), problems: broken }))
    return exitCodes.done
  }
  const idWidth = Math.max(...models.map(({ id }) => id.length), 2)
  for (const { id, folder, manifest } of models) {
    const facts = [
      originOf(folder, context),
      manifest.kind,
      manifest.version,
      manifest.maps.available.join(',')
    ]
    context.print(`${id.padEnd(idWidth)}  ${facts.join('  ')}  ${manifest.name}\n`)
  }
  if (models.length === 0) context.print('no models\n')
  for (const { id, problem } of broken) context.tell(`cannot be used: ${id}: ${problem.message}`)
  return exitCodes.done
}

async function show(id: string, json: boolean, context: ModelsContext): Promise<number> {
  const model = await loadModel(await folderOf(id, context))
  context.print(
    json
      ? asJson({ ...summaryOf(model, context), manifest: model.manifest })
      : describeModel(model, originOf(model.folder, context))
  )
  return exitCodes.done
}

async function check(
  id: string,
  requested: ProviderName,
  json: boolean,
  context: ModelsContext
): Promise<number> {
  const folder = await folderOf(id, context)
  const provider = await chooseProvider(requested, {
    platform: process.platform,
    missing: context.missing,
    probe: async (candidate) => {
      const model = await loadModel(folder)
      return probeInProcess(
        context.spawnEngine,
        candidate,
        model,
        model.manifest.maps.available,
        probeTimeoutMs
      )
    }
  })
  const steps = await checkModel(folder, provider)
  const fallback = requested !== 'auto' && requested !== provider.used
  if (json) {
    const plain = steps.map(({ step, ok, detail, error }) => ({
      step,
      ok,
      detail,
      code: error?.code ?? null
    }))
    context.print(
      asJson({ id, folder, provider, steps: plain, ok: plain.every(({ ok }) => ok) && !fallback })
    )
  } else {
    for (const { step, ok, detail } of steps)
      context.print(`${ok ? 'ok    ' : 'FAILED'}  ${step}: ${detail}\n`)
  }
  if (fallback) context.tell(`${requested} cannot be used, checked on ${provider.used}: ${provider.reason}`)
  const failed = steps.find(({ ok }) => !ok)
  if (failed?.error) context.tell(`nidus models: ${describeError(failed.error).replace(/\s*\n\s*/g, ' ')}`)
  return failed || fallback ? exitCodes.modelNotLoaded : exitCodes.done
}

async function remove(id: string, yes: boolean, context: ModelsContext): Promise<number> {
  const folder = addedModelFolder(id, context)
  if (!yes && !(await context.ask?.(`Delete the model ${id} in ${folder}? [y/N] `))) {
    throw new NidusError('usage', { reason: context.ask ? 'nothing was removed' : 'remove needs --yes here' })
  }
  await removeModel(folder)
  context.print(`removed ${id}\n`)
  return exitCodes.done
}

/** Folder of a model by its ID, a broken one included, so that its problem is named. */
async function folderOf(id: string, { shippedFolder, userFolder }: ModelsContext): Promise<string> {
  const { models, problems } = await loadCatalogue([shippedFolder, userFolder])
  const found = [...models, ...problems].find((model) => model.id === id)
  if (found) return found.folder
  const known = models.map((model) => model.id).join(', ') || 'none'
  throw new NidusError('model-not-found', { model: id, reason: `known: ${known}` })
}

function originOf(folder: string, { userFolder }: ModelsContext): 'shipped' | 'added' {
  return folder.slice(0, -basename(folder).length - 1) === userFolder ? 'added' : 'shipped'
}

function summaryOf({ id, folder, manifest }: CatalogueModel, context: ModelsContext) {
  const { name, version, kind, sha256, maps, licence } = manifest
  return {
    id,
    name,
    version,
    kind,
    origin: originOf(folder, context),
    folder,
    sha256,
    maps: maps.available,
    defaultMap: maps.default,
    licence
  }
}

function asJson(value: unknown): string {
  return JSON.stringify(value, null, 2) + '\n'
}
