import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { NidusError } from '../contract/errors'
import { writeWholeFile } from '../export/write-whole-file'
import { buildGradientModel, type GradientModel, type GradientOutput } from '../gradient/build-gradient-model'
import { checkGradient } from '../gradient/check-gradient'
import type { GradientSpec } from '../gradient/gradient-spec'
import { readCaseRoles } from '../gradient/read-case-roles'
import { inlineExternalData } from '../inference/model-import/inline-external-data'
import { openGradientSession } from '../inference/open-gradient-session'
import { exitCodes } from './exit-codes'
import { runParsed } from './run-parsed'

const help = `Usage: nidus differentiate MODEL.onnx --roles CASE.json --out GRADIENT.onnx

Writes the gradient graph of a forward model as a standard ONNX file for any ONNX Runtime.
Weights in files beside MODEL.onnx are read and written into GRADIENT.onnx. For
research use only.

  --roles CASE.json     which input and outputs play which part, the reconstruction loss, beta
  --out GRADIENT.onnx   where to write
  --no-check            skip the comparison with finite differences
  --help                this text

Input x, as the model takes its image, batch first. Outputs:
  reconstruction                  as the model gives it
  kl, rec                         losses, one number per image
  grad_kl, grad_rec, grad_elbo    signed gradients in the shape of x; ELBO = rec + beta * KL
A model without a latent distribution has reconstruction, rec and grad_rec only.

Exit codes: 0 done, 2 usage, 4 the model cannot be loaded or differentiated.
`

const written: readonly GradientOutput[] = ['reconstruction', 'kl', 'rec', 'grad_kl', 'grad_rec', 'grad_elbo']

/**
 * `nidus differentiate`: forward ONNX model and roles in, gradient graph out.
 * @param argv what follows the command's name
 * @returns the process's exit code: 0 done, 2 usage, 4 model cannot be loaded or differentiated
 */
export function differentiateCommand(argv: string[]): Promise<number> {
  return runParsed('differentiate', help, () => parseArguments(argv), differentiate)
}

interface DifferentiateArguments {
  model: string
  roles: string
  out: string
  check: boolean
}

function parseArguments(argv: string[]): DifferentiateArguments | 'help' {
  const options = {
    roles: { type: 'string' },
    out: { type: 'string' },
    'no-check': { type: 'boolean' },
    help: { type: 'boolean', short: 'h' }
  } as const
  const usage = (reason: string): NidusError => new NidusError('usage', { reason })
  let parsed
  try {
    parsed = parseArgs({ args: argv, allowPositionals: true, options })
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error))
  }
  if (parsed.values.help) return 'help'
  const [model, ...more] = parsed.positionals
  if (model === undefined || more.length > 0) throw usage('exactly one MODEL.onnx is needed')
  const { roles, out } = parsed.values
  if (!roles) throw usage('--roles CASE.json is missing')
  if (!out) throw usage('--out GRADIENT.onnx is missing')
  return { model, roles, out, check: !parsed.values['no-check'] }
}

async function differentiate({ model, roles, out, check }: DifferentiateArguments): Promise<number> {
  const spec = readCaseRoles((await readRoles(roles)).toString('utf8'))
  const { bytes, sideFiles } = await inlineExternalData(await readInput(model), dirname(model))
  if (sideFiles.length > 0) process.stdout.write(`weights read from ${sideFiles.join(', ')}\n`)
  const built = buildGradientModel(bytes, spec, written)
  const session = await openGradientSession(built.model)
  if (check) {
    const { comparisons, worst } = await checkGradient(built, spec, session.run)
    process.stdout.write(
      `checked: ${comparisons} gradients agree with finite differences (worst ${(100 * worst).toFixed(2)} % of the largest)\n`
    )
  }
  await session.release()
  await writeWholeFile(out, built.model)
  report(built, spec, out)
  return exitCodes.done
}

function report(built: GradientModel, spec: GradientSpec, out: string): void {
  const batch =
    built.fixedBatch === undefined
      ? 'any batch size'
      : `batch size ${built.fixedBatch} only, as in the source`
  const hasElbo = built.outputs.includes('grad_elbo')
  const loss = hasElbo
    ? `ELBO = ${spec.reconstructionLoss} + ${spec.beta} * KL`
    : `rec = ${spec.reconstructionLoss}`
  process.stdout.write(`${out}: x -> ${built.outputs.join(', ')}; ${batch}; ${loss}\n`)
  for (const note of built.notes) process.stdout.write(`note: ${note}\n`)
  const reasons = new Map<string, string[]>()
  for (const { output, reason } of built.unavailable)
    reasons.set(reason, [...(reasons.get(reason) ?? []), output])
  for (const [reason, outputs] of reasons) process.stdout.write(`without ${outputs.join(', ')}: ${reason}\n`)
}

async function readInput(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause)
    throw new NidusError('model-file-missing', { path, reason }, { cause })
  }
}

async function readRoles(path: string): Promise<Buffer> {
  return readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new NidusError('onnx-role-invalid', { reason: `${path} cannot be read, ${cause.code}` }, { cause })
  })
}
