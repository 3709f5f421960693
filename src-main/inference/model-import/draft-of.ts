import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { toNidusError } from '../../contract/errors'
import { manifestSchema } from '../../contract/manifest'
import type { DraftRoles, ModelDraft } from '../../contract/model-channels'
import { spreadKinds } from '../../contract/spread-kinds'
import { readOnnxModel } from '../../gradient/onnx/read-model'
import { idFrom, nameOfSource } from './add-model'
import { describeNetwork, type NetworkDescription } from './describe-network'
import { findNetworkFile } from './find-network-file'
import { inlineExternalData } from './inline-external-data'

/**
 * Looks at a network that a person picked: what it says of itself, and what has to be asked. Where names and shapes
 * do not decide, the reason is among the doubts and the roles are left open.
 * @param path an ONNX file, or a folder with one
 * @throws model-file-missing, onnx-malformed, onnx-external-data-missing, model-manifest-invalid
 */
export async function draftOf(path: string): Promise<Omit<ModelDraft, 'draftId'>> {
  const source = await findNetworkFile(path)
  const { bytes } = await inlineExternalData(await readFile(source.network), source.folder)
  const { graph } = readOnnxModel(bytes)
  const inputs = graph.inputs.map(({ name }) => name).filter((name) => !graph.initializers.has(name))
  const base = {
    fileName: basename(source.network),
    suggestedId: idFrom(nameOfSource(source.network)),
    suggestedName: nameOfSource(source.network),
    inputs,
    outputs: graph.outputs.map(({ name }) => name)
  }
  let described: NetworkDescription
  try {
    described = await describeNetwork(bytes, source, {})
  } catch (thrown) {
    const { code, context } = toNidusError(thrown)
    if (code !== 'onnx-role-invalid') throw thrown
    return {
      ...base,
      kind: 'vae',
      origin: 'nothing',
      reasons: [],
      doubts: [String(context.reason ?? code)],
      roles: null,
      loss: 'l2',
      beta: 1,
      range: [0, 1],
      complete: false
    }
  }
  const { manifest, name, spec } = described
  return {
    ...base,
    suggestedId: manifest?.id ?? idFrom(name ?? base.suggestedName),
    suggestedName: name ?? base.suggestedName,
    kind: described.kind,
    origin: described.origin,
    reasons: described.reasons,
    doubts: described.doubts.map(withoutOptions),
    roles: rolesOf(described),
    loss: spec.reconstructionLoss,
    beta: spec.beta,
    range: described.range,
    complete: manifest !== undefined && manifestSchema.safeParse(manifest).success
  }
}

function rolesOf({ spec: { roles, image } }: NetworkDescription): DraftRoles {
  const kind = spreadKinds.find((spread) => roles[spread] !== undefined)
  return {
    input: roles.input,
    layout: roles.layout,
    channels: image.channels as 1 | 3,
    height: image.height,
    width: image.width,
    reconstruction: roles.reconstruction,
    mu: roles.mu ?? null,
    spread: kind ? { kind, name: roles[kind] as string } : null,
    z: roles.z ?? null
  }
}

/** The command line's options mean nothing in a window. */
function withoutOptions(line: string): string {
  return line.replace(/ \(--[a-z-]+\)/g, '')
}
