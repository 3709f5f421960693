import { NidusError } from '../contract/errors'
import type { GradientSpec, ModelRoles } from './gradient-spec'
import type { ForwardGraph } from './forward/replay-forward'
import { appendGradient } from './graph/append-gradient'
import { add, reshape, scale } from './graph/expressions'
import { klDivergence, type SpreadKind } from './losses/kl-divergence'
import type { LossTerms } from './losses/loss-terms'
import { reconstructionLoss } from './losses/reconstruction-loss'
import { sameShape, sizeOfShape } from './shape/dims'
import { whyNoKl } from '../contract/why-no-kl'

/** Everything a gradient graph can give, in the order in which it is written. */
export const gradientOutputs = [
  'reconstruction',
  'mu',
  'kl',
  'rec',
  'elbo',
  'grad_kl',
  'grad_rec',
  'grad_elbo'
] as const
/** Name of an output of a gradient graph. */
export type GradientOutput = (typeof gradientOutputs)[number]

/** An output that a model cannot give. */
export interface UnavailableOutput {
  output: GradientOutput
  /** plain words for the user */
  reason: string
}

/**
 * Adds losses and gradients to a forward graph.
 * @param wanted outputs to add; all when absent
 * @returns output name -> value that holds it, and what the model cannot give with the reason
 */
export function addOutputs(
  graph: ForwardGraph,
  spec: GradientSpec,
  wanted: readonly GradientOutput[] | undefined
): { outputs: Map<GradientOutput, string>; unavailable: UnavailableOutput[] } {
  const noKl = whyNoKl(spec.roles)
  const isPossible = (output: GradientOutput): boolean =>
    output === 'reconstruction' ||
    output === 'rec' ||
    output === 'grad_rec' ||
    (output === 'mu' ? Boolean(spec.roles.mu) : !noKl)
  const asked = gradientOutputs.filter((output) => !wanted || wanted.includes(output))
  const builder = new OutputBuilder(graph, spec, new Set(asked.filter(isPossible)))
  const outputs = new Map<GradientOutput, string>()
  for (const output of asked) if (isPossible(output)) outputs.set(output, builder.build(output))
  const unavailable = asked
    .filter((output) => !isPossible(output))
    .map((output) => ({ output, reason: noKl ?? 'the model names no mean' }))
  return { outputs, unavailable }
}

function spreadOf(roles: ModelRoles): { kind: SpreadKind; name: string } | undefined {
  for (const kind of ['logVar', 'logStd', 'std', 'variance'] as const) {
    const name = roles[kind]
    if (name) return { kind, name }
  }
  return undefined
}

class OutputBuilder {
  private readonly gradients = new Map<string, string>()

  constructor(
    private readonly graph: ForwardGraph,
    private readonly spec: GradientSpec,
    private readonly asked: ReadonlySet<GradientOutput>
  ) {}

  build(output: GradientOutput): string {
    const { b } = this.graph
    switch (output) {
      case 'reconstruction':
        return this.graph.valueOf(this.spec.roles.reconstruction)
      case 'mu':
        return this.graph.valueOf(this.spec.roles.mu!)
      case 'kl':
        return this.kl().perSample()
      case 'rec':
        return this.rec().perSample()
      case 'elbo':
        return add(b, this.build('rec'), this.weighted(this.build('kl')))
      case 'grad_kl':
        return this.gradient('kl', () => this.kl().seeds())
      case 'grad_rec':
        return this.gradient('rec', () => this.rec().seeds())
      case 'grad_elbo':
        return this.elboGradient()
    }
  }

  // with another gradient at hand the ELBO's is a sum; alone it takes a single pass from both losses
  private elboGradient(): string {
    if (this.asked.has('grad_kl') || this.asked.has('grad_rec')) {
      return add(this.graph.b, this.build('grad_rec'), this.weighted(this.build('grad_kl')))
    }
    return this.gradient('elbo', () => {
      const seeds = this.rec().seeds()
      for (const [name, seed] of this.kl().seeds()) {
        const other = seeds.get(name)
        const own = this.weighted(seed)
        seeds.set(name, other === undefined ? own : add(this.graph.b, other, own))
      }
      return seeds
    })
  }

  private weighted(value: string): string {
    return scale(this.graph.b, value, this.spec.beta)
  }

  private gradient(loss: string, seeds: () => Map<string, string>): string {
    const known = this.gradients.get(loss)
    if (known !== undefined) return known
    const { b, input } = this.graph
    const found = appendGradient(b, seeds(), input)
    if (found === undefined)
      throw roleFault(loss, `the ${loss} loss does not depend on the image; check the roles`)
    const gradient = reshape(b, found, b.shapeOf(input))
    this.gradients.set(loss, gradient)
    return gradient
  }

  private kl(): LossTerms {
    const { b, valueOf } = this.graph
    const { roles } = this.spec
    const spread = spreadOf(roles)!
    const [mu, value] = [valueOf(roles.mu!), valueOf(spread.name)]
    const shape = b.shapeOf(mu)
    if (!sameShape(shape, b.shapeOf(value))) {
      throw roleFault(
        spread.kind,
        `'${roles.mu!}' and '${spread.name}' differ in shape, so they are not mean and spread of one distribution`
      )
    }
    this.requireBatch(roles.mu!, shape)
    return klDivergence(b, mu, value, spread.kind)
  }

  private rec(): LossTerms {
    const { b, input, valueOf } = this.graph
    const { roles, image, dataRange = 1, rounding, reconstructionLoss: kind } = this.spec
    const reconstruction = valueOf(roles.reconstruction)
    const shape = b.shapeOf(input)
    this.requireBatch(roles.reconstruction, b.shapeOf(reconstruction))
    const aligned = this.alignedTo(shape, reconstruction)
    return reconstructionLoss(b, kind, input, aligned, {
      layout: roles.layout,
      image,
      dataRange,
      rounding
    })
  }

  /** A flat reconstruction of a two-dimensional image (or the reverse) is the same pixels in the same order. */
  private alignedTo(shape: readonly number[], reconstruction: string): string {
    const { b } = this.graph
    const own = b.shapeOf(reconstruction)
    if (sameShape(own, shape)) return reconstruction
    const sameCount = sizeOfShape(own) === sizeOfShape(shape)
    const channels =
      this.spec.image?.channels ??
      (shape.length === 4 ? shape[this.spec.roles.layout === 'NHWC' ? 3 : 1] : undefined)
    if (sameCount && own[0] === shape[0] && (channels === 1 || own.length === 2 || shape.length === 2))
      return reshape(b, reconstruction, shape)
    throw roleFault(
      'reconstruction',
      `'${this.spec.roles.reconstruction}' has not the shape of the image ([${own.slice(1).join()}] instead of [${shape.slice(1).join()}]), so it is not its reconstruction`
    )
  }

  private requireBatch(name: string, shape: readonly number[]): void {
    const batch = this.graph.b.shapeOf(this.graph.input)[0]
    if (shape.length < 2 || shape[0] !== batch)
      throw roleFault('output', `'${name}' does not have the batch as its first axis`)
  }
}

function roleFault(role: string, reason: string): NidusError {
  return new NidusError('onnx-role-invalid', { role, reason })
}
