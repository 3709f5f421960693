import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { NidusError } from '../../contract/errors'
import { manifestSchema, type ModelManifest } from '../../contract/manifest'
import type { GradientSpec } from '../../gradient/gradient-spec'
import { readOnnxModel } from '../../gradient/onnx/read-model'
import { proposeInput, type ImageSize } from '../../gradient/propose-input'
import { proposeRoles } from '../../gradient/propose-roles'
import { readCaseRoles } from '../../gradient/read-case-roles'
import { whyNoKl } from '../../contract/why-no-kl'
import type { ModelSource } from './find-network-file'

/** What the user states about a network on the command line or in a dialog; all of it may be absent. */
export interface StatedFacts {
  /** path of a CASE.json */
  roles?: string
  /** a CASE.json itself, as a person confirmed it */
  rolesText?: string
  image?: ImageSize
  range?: [number, number]
  loss?: ModelManifest['losses']['reconstruction']
  beta?: number
  kind?: ModelManifest['kind']
}

/** What goes into a network and what comes out, and how that is known. */
export interface NetworkDescription {
  spec: GradientSpec & { image: ImageSize }
  range: [number, number]
  kind: ModelManifest['kind']
  name: string | undefined
  origin: 'roles file' | 'manifest' | 'proposal'
  /** file that the description is from */
  path: string | undefined
  /** the manifest that lay beside the network, as far as it goes */
  manifest: Partial<ModelManifest> | undefined
  /** lines for the user: what was taken for what, and why; then what is doubtful */
  reasons: string[]
  doubts: string[]
}

const givenManifestSchema = manifestSchema.partial().required({ input: true, outputs: true })
const caseFactsSchema = z.object({ name: z.string().optional(), kind: z.string().optional() })

/**
 * Finds out the roles of a network's inputs and outputs: from a stated CASE.json, else from a model.json beside
 * the network, else from a case.json beside it, else by a proposal that has to be confirmed.
 * @throws onnx-role-invalid, onnx-malformed, model-manifest-invalid, model-file-missing
 */
export async function describeNetwork(
  network: Uint8Array,
  source: ModelSource,
  stated: StatedFacts
): Promise<NetworkDescription> {
  const rolesPath = stated.roles ?? (source.manifest ? undefined : (source.roles ?? undefined))
  const described = stated.rolesText
    ? fromCase(network, stated.rolesText, undefined, stated)
    : rolesPath
      ? fromCase(network, await readText(rolesPath), rolesPath, stated)
      : source.manifest
        ? await fromManifest(source.manifest)
        : fromProposal(network, stated)
  const { spec } = described
  spec.reconstructionLoss = stated.loss ?? spec.reconstructionLoss
  spec.beta = stated.beta ?? spec.beta
  const range = stated.range ?? described.range
  spec.dataRange = range[1] - range[0]
  if (spec.reconstructionLoss === 'bce' && (range[0] < 0 || range[1] > 1)) {
    const reason = `the loss bce is for pixels from 0 to 1, not from ${range.join(' to ')}; state another --loss or --range`
    throw new NidusError('onnx-role-invalid', { role: 'reconstruction', reason })
  }
  if (spec.image.channels !== 1 && spec.image.channels !== 3) {
    const reason = `the image has ${spec.image.channels} channels; Nidus feeds models of 1 or 3`
    throw new NidusError('onnx-role-invalid', { role: 'input', reason })
  }
  if (spec.latent === 'as-exported') {
    spec.latent = 'mu'
    described.doubts.push('whatever the file decodes, Nidus decodes the mean (z = mu)')
  }
  const fallback = whyNoKl(spec.roles) ? 'ae' : 'vae'
  return { ...described, spec, range, kind: stated.kind ?? described.kind ?? fallback }
}

type Described = Omit<NetworkDescription, 'kind'> & { kind: ModelManifest['kind'] | undefined }

function fromCase(
  network: Uint8Array,
  text: string,
  path: string | undefined,
  stated: StatedFacts
): Described {
  const spec = readCaseRoles(text)
  const facts = caseFactsSchema.safeParse(JSON.parse(text))
  const { name, kind } = facts.success ? facts.data : {}
  const image = stated.image ?? spec.image ?? proposeInput(readOnnxModel(network).graph).image
  const low = spec.dataRange === 2 ? -1 : 0
  return {
    spec: { ...spec, image },
    range: rangeOf(text) ?? [low, low + (spec.dataRange ?? 1)],
    kind: kinds.find((known) => known === kind?.toLowerCase()),
    name,
    origin: 'roles file',
    path,
    manifest: undefined,
    reasons: describeSpec(spec),
    doubts: []
  }
}

const kinds = manifestSchema.shape.kind.options

function rangeOf(text: string): [number, number] | undefined {
  const found = z
    .object({ input: z.object({ range: z.tuple([z.number(), z.number()]) }) })
    .safeParse(JSON.parse(text))
  return found.success ? found.data.input.range : undefined
}

async function fromManifest(path: string): Promise<Described> {
  let json: unknown
  try {
    json = JSON.parse(await readText(path))
  } catch (thrown) {
    if (thrown instanceof NidusError) throw thrown
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    throw new NidusError('model-manifest-invalid', { path, field: '', reason }, { cause: thrown })
  }
  const parsed = givenManifestSchema.safeParse(json)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const field = issue.path.map(String).join('.')
    throw new NidusError('model-manifest-invalid', { path, field, reason: issue.message })
  }
  const manifest = parsed.data
  const { name: input, layout, ...image } = manifest.input
  const spec = {
    roles: { input, layout, ...manifest.outputs },
    reconstructionLoss: manifest.losses?.reconstruction ?? 'l2',
    beta: manifest.losses?.beta ?? 1,
    image
  }
  return {
    spec,
    range: manifest.preprocessing?.clip ?? [0, 1],
    kind: manifest.kind,
    name: manifest.name,
    origin: 'manifest',
    path,
    manifest,
    reasons: describeSpec(spec),
    doubts: []
  }
}

function fromProposal(network: Uint8Array, stated: StatedFacts): Described {
  const { graph } = readOnnxModel(network)
  const { roles, image, range, reasons, doubts } = proposeRoles(graph, stated.image)
  const unsaid: string[] = []
  if (!stated.loss) unsaid.push('reconstruction loss l2 (--loss)')
  if (stated.beta === undefined && !whyNoKl(roles)) unsaid.push('beta 1 (--beta)')
  if (!stated.range) unsaid.push(`pixels from ${range[0]} to ${range[1]} (--range)`)
  if (unsaid.length > 0) doubts.push(`not said by the file, assumed: ${unsaid.join(', ')}`)
  return {
    spec: { roles, image, reconstructionLoss: 'l2', beta: 1 },
    range,
    kind: undefined,
    name: undefined,
    origin: 'proposal',
    path: undefined,
    manifest: undefined,
    reasons,
    doubts
  }
}

function describeSpec({ roles, reconstructionLoss, beta }: GradientSpec): string[] {
  const { input, layout, ...outputs } = roles
  const named = Object.entries(outputs).filter(([, name]) => name !== undefined)
  return [
    `image: ${input} (${layout})`,
    ...named.map(([role, name]) => `${role}: ${String(name)}`),
    `loss ${reconstructionLoss}, beta ${beta}`
  ]
}

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    const reason = thrown.code ?? thrown.message
    throw new NidusError('model-file-missing', { path, reason }, { cause: thrown })
  })
}
