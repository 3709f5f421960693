import { NidusError } from '../contract/errors'
import { classifyOutputName, rankReconstructionName, type SpreadRole } from './classify-output-name'
import type { ModelRoles } from './gradient-spec'
import type { OnnxValue } from './onnx/onnx-model'
import { proposeInput, type GraphOutline, type ImageSize } from './propose-input'

/** What an imported file seems to be; a person has to confirm it before it is used. */
export interface RoleProposal {
  roles: ModelRoles
  image: ImageSize
  /** range of the pixels that the reconstruction suggests: its last operator being Tanh means [-1, 1] */
  range: [number, number]
  /** for each role why it was taken, in plain words */
  reasons: string[]
  /** what rests on convention only */
  doubts: string[]
}

/**
 * Proposes which output plays which part, from names and stated shapes: the output with the image's shape is its
 * reconstruction; outputs of one shape with a name like mean and one like variance are the latent distribution.
 * @param size of the image where the file leaves it open, or a flat input whose size is no square
 * @throws NidusError `onnx-role-invalid` where names and shapes do not decide, saying what to state
 */
export function proposeRoles(graph: GraphOutline, size?: ImageSize): RoleProposal {
  const { input, layout, image, reason } = proposeInput(graph, size)
  const reasons = [reason]
  const doubts: string[] = []
  const candidates = graph.outputs.filter((value) => value.dims === undefined || value.dims.length >= 2)
  const isLatentByName = ({ name }: OnnxValue): boolean => classifyOutputName(name) !== 'unknown'
  const like = candidates.filter((value) => {
    const fit = imageShapeFit(value, image)
    return fit === 'stated' || (fit === 'possible' && !isLatentByName(value))
  })
  const reconstruction = pickReconstruction(like, graph.outputs)
  reasons.push(`reconstruction: ${reconstruction.name} (${reconstruction.reason})`)
  const latent = candidates.filter(
    (value) => value.name !== reconstruction.name && imageShapeFit(value, image) !== 'stated'
  )
  const found = proposeLatent(latent, doubts)
  reasons.push(...found.reasons)
  const roles: ModelRoles = { input: input.name, layout, reconstruction: reconstruction.name, ...found.roles }
  return { roles, image, range: rangeBehind(graph, reconstruction.name), reasons, doubts }
}

/** Whether stated dims, batch first, are those of the image; a symbolic size can be anything. */
function imageShapeFit(
  { dims }: OnnxValue,
  { channels, height, width }: ImageSize
): 'stated' | 'possible' | 'no' {
  if (!dims) return 'possible'
  const own = dims.slice(1)
  const shapes = [[channels, height, width], [height, width, channels], [channels * height * width]]
  if (channels === 1) shapes.push([height, width])
  const fits = shapes.some(
    (shape) =>
      shape.length === own.length &&
      shape.every((size, axis) => typeof own[axis] === 'string' || own[axis] === size)
  )
  if (!fits) return 'no'
  return own.every((size) => typeof size === 'number') ? 'stated' : 'possible'
}

function pickReconstruction(like: OnnxValue[], all: readonly OnnxValue[]): { name: string; reason: string } {
  const ranked = like
    .map(({ name }) => ({ name, rank: rankReconstructionName(name) }))
    .filter(({ rank }) => rank >= 0)
    .sort((a, b) => b.rank - a.rank)
  const [first, second] = ranked
  const known = all.map(({ name }) => name).join(', ')
  if (!first) throw undecided(`no output has the shape of the image; its outputs are: ${known}`)
  if (second && second.rank === first.rank) {
    const equal = ranked.filter(({ rank }) => rank === first.rank).map(({ name }) => name)
    throw undecided(`several outputs could be the reconstruction: ${equal.join(', ')}`)
  }
  const alone = like.length === 1 ? 'the only output with the shape of the image' : 'shape of the image'
  return { name: first.name, reason: first.rank > 0 ? `${alone}, and by its name` : alone }
}

type LatentRoles = Pick<ModelRoles, 'mu' | 'z' | SpreadRole>

function proposeLatent(values: OnnxValue[], doubts: string[]): { roles: LatentRoles; reasons: string[] } {
  const named = values.map((value) => ({ value, role: classifyOutputName(value.name) }))
  const ofRole = (role: string): OnnxValue[] =>
    named.filter((one) => one.role === role).map(({ value }) => value)
  const means = ofRole('mu')
  if (means.length > 1) {
    throw undecided(`several outputs could be the mean: ${means.map(({ name }) => name).join(', ')}`)
  }
  const spreads = (['logVar', 'logStd', 'variance', 'std'] as const).flatMap((role) =>
    ofRole(role).map((value) => ({ role, value }))
  )
  const unnamed = ofRole('unknown').filter(({ dims }) => dims !== undefined)
  let mu = means[0]
  let spread = spreads.find(({ value }) => !mu || canPair(mu, value))
  if (mu && !spread) {
    const partners = unnamed.filter((value) => canPair(mu as OnnxValue, value))
    if (partners.length === 1) {
      spread = { role: 'logVar', value: partners[0] }
      doubts.push(
        `${partners[0].name} is taken for the log-variance only because it has the shape of ${mu.name}`
      )
    }
  } else if (!mu && spread) {
    const { value } = spread
    const partners = unnamed.filter((other) => canPair(value, other))
    if (partners.length === 1) {
      mu = partners[0]
      doubts.push(`${mu.name} is taken for the mean only because it has the shape of ${value.name}`)
    }
  } else if (!mu && !spread && unnamed.length === 2 && canPair(unnamed[0], unnamed[1])) {
    mu = unnamed[0]
    spread = { role: 'logVar', value: unnamed[1] }
    doubts.push(
      `${mu.name} and ${unnamed[1].name} are taken for mean and log-variance only by their order and equal shape`
    )
  }
  if (mu && !spread && spreads.length > 0) {
    doubts.push(
      `${spreads[0].value.name} has not the shape of ${mu.name}, so there is no latent distribution`
    )
  }
  if (mu && spread) {
    const reasons = [`mean: ${mu.name}`, `${spreadWords[spread.role]}: ${spread.value.name}`]
    return { roles: { mu: mu.name, [spread.role]: spread.value.name }, reasons }
  }
  const code = mu ?? ofRole('z')[0] ?? (unnamed.length === 1 ? unnamed[0] : undefined)
  const reasons = ['no mean and spread of a latent distribution: no KL, no ELBO']
  if (code) reasons.unshift(`latent code: ${code.name}`)
  return { roles: code ? { z: code.name } : {}, reasons }
}

const spreadWords: Record<SpreadRole, string> = {
  logVar: 'log-variance',
  logStd: 'log-deviation',
  std: 'deviation',
  variance: 'variance'
}

/** Equal stated shapes; a symbolic size goes with any, since exporters name what they could not work out. */
function canPair(a: OnnxValue, b: OnnxValue): boolean {
  if (!a.dims || !b.dims) return true
  const others = b.dims
  return (
    a.dims.length === others.length &&
    a.dims.slice(1).every((dim, i) => {
      const other = others[i + 1]
      return dim === other || typeof dim === 'string' || typeof other === 'string'
    })
  )
}

const passing = new Set(['Reshape', 'Transpose', 'Identity', 'Flatten', 'Squeeze', 'Unsqueeze', 'Cast'])

function rangeBehind({ nodes }: GraphOutline, output: string): [number, number] {
  let name = output
  for (let step = 0; step < 16; step++) {
    const node = nodes.find(({ outputs }) => outputs.includes(name))
    if (!node) break
    if (node.opType === 'Tanh') return [-1, 1]
    if (!passing.has(node.opType)) break
    name = node.inputs[0]
  }
  return [0, 1]
}

function undecided(reason: string): NidusError {
  return new NidusError('onnx-role-invalid', {
    reason: `${reason}; state the roles in a file (--roles CASE.json)`
  })
}
