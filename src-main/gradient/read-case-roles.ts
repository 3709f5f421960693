import { z } from 'zod'
import { NidusError } from '../contract/errors'
import type { GradientSpec, ModelRoles } from './gradient-spec'
import type { ReconstructionLoss } from './losses/reconstruction-loss'

const positive = z.number().int().positive()

/** The parts of a CASE.json that a gradient graph needs; other keys are ignored. */
const caseSchema = z.object({
  name: z.string().optional(),
  kind: z.string().optional(),
  input: z.object({
    name: z.string().min(1),
    layout: z.enum(['NCHW', 'NHWC', 'flat']),
    image: z.object({ channels: positive, height: positive, width: positive }).optional(),
    range: z.tuple([z.number(), z.number()]).optional()
  }),
  outputs: z.record(z.string(), z.string().min(1).nullable()),
  rec_loss: z.string().nullish(),
  kl_variant: z.string().nullish(),
  beta: z.number().nonnegative().nullish(),
  z: z.string().nullish()
})

const roleNames: Record<string, keyof ModelRoles> = {
  reconstruction: 'reconstruction',
  mu: 'mu',
  mean: 'mu',
  logvar: 'logVar',
  log_var: 'logVar',
  log_variance: 'logVar',
  log_std: 'logStd',
  logstd: 'logStd',
  log_sigma: 'logStd',
  std: 'std',
  sigma: 'std',
  var: 'variance',
  variance: 'variance',
  z: 'z',
  latent: 'z'
}

const lossNames: Record<string, ReconstructionLoss> = {
  l1: 'l1',
  l2: 'l2',
  bce: 'bce',
  laplace: 'laplace-nll',
  laplace_nll: 'laplace-nll',
  gaussian: 'gaussian-nll',
  gaussian_nll: 'gaussian-nll',
  ssim: 'ssim'
}

/**
 * Reads a CASE.json, the description of an imported model's roles, into what differentiation needs.
 *
 * `outputs` maps roles (reconstruction, mu, logvar, log_std, std, var, z) to names of outputs; `rec_loss` names the
 * reconstruction loss (l2 when absent), `beta` the weight of the KL (1 when absent), `input.range` the pixel range.
 * `z: "mu"` (or no `z`) decodes the mean; any other `z` decodes what the file says.
 *
 * @param json text of the file
 * @throws NidusError `onnx-role-invalid` with the place and what is wrong
 */
export function readCaseRoles(json: string): GradientSpec {
  const parsed = caseSchema.safeParse(parseJson(json))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw fault(`${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'invalid'}`)
  }
  const { input, outputs, rec_loss: loss, kl_variant: variant, beta, z: latent } = parsed.data
  const roles = rolesOf(input, outputs)
  if (variant) keepSpread(roles, variant)
  const reconstructionLoss = lossNames[(loss ?? 'l2').toLowerCase().replace(/-/g, '_')]
  if (!reconstructionLoss)
    throw fault(`rec_loss: '${String(loss)}' is not one of ${Object.keys(lossNames).join(', ')}`)
  return {
    roles,
    reconstructionLoss,
    beta: beta ?? 1,
    image: input.image,
    dataRange: input.range ? input.range[1] - input.range[0] : 1,
    latent: !latent || latent === 'mu' ? 'mu' : 'as-exported'
  }
}

type CaseInput = z.infer<typeof caseSchema>['input']

function rolesOf(input: CaseInput, outputs: Record<string, string | null>): ModelRoles {
  const named: Partial<Record<keyof ModelRoles, string>> = {}
  for (const [key, name] of Object.entries(outputs)) {
    const role = roleNames[key.toLowerCase()]
    if (role && name) named[role] = name
  }
  if (!named.reconstruction) throw fault('outputs.reconstruction: the reconstruction must be named')
  return { ...named, input: input.name, layout: input.layout, reconstruction: named.reconstruction }
}

/** Where a model gives its spread in several forms, the KL is taken from the one that the file names. */
function keepSpread(roles: ModelRoles, variant: string): void {
  const kept = roleNames[variant.toLowerCase()]
  const spreads = ['logVar', 'logStd', 'std', 'variance'] as const
  if (!spreads.some((spread) => spread === kept && roles[spread])) return
  for (const spread of spreads) if (spread !== kept) delete roles[spread]
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    throw new NidusError('onnx-role-invalid', { reason: 'the roles file is not valid JSON' }, { cause })
  }
}

function fault(reason: string): NidusError {
  return new NidusError('onnx-role-invalid', { reason })
}
