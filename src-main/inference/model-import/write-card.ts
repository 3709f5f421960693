import type { ModelManifest } from '../../contract/manifest'
import { whyNoKl } from '../../contract/why-no-kl'

/** What happened when a model was added, for its card. */
export interface CardFacts {
  /** name of the file it came from, without its folder */
  originFile: string
  originSha256: string
  /** where the roles are from */
  rolesFrom: string
  /** side files whose weights were brought in */
  sideFiles: string[]
  selfCheck: string
  /** null where the statistics were given in a model.json */
  fittedOn: { slices: number; skipped: number } | null
  /** what was changed or is doubtful */
  notes: string[]
}

/** The card of an added model, Markdown: what is known of it, and what is not. */
export function writeCard(manifest: ModelManifest, facts: CardFacts): string {
  const { name, version, input, outputs, losses, maps, thresholds } = manifest
  const roles = Object.entries(outputs).map(([role, output]) => `- ${role}: \`${output}\``)
  const noKl = whyNoKl(outputs)
  const { fittedOn } = facts
  const rows = thresholds.map(({ id, map, value, confidence }) => {
    const band = confidence ? `${confidence[0].toFixed(2)} to ${confidence[1].toFixed(2)}` : ''
    return `| ${map} | ${id} | ${value.toFixed(2)} | ${band} |`
  })
  return [
    `# ${name} ${version}`,
    '',
    '**Research use only. Added by the user; how good it is has not been measured by Nidus.**',
    '',
    '## Network',
    '',
    `- From: \`${facts.originFile}\`, sha256 ${facts.originSha256}`,
    ...(facts.sideFiles.length > 0 ? [`- Weights brought in from: ${facts.sideFiles.join(', ')}`] : []),
    `- Input: \`${input.name}\`, ${input.layout}, ${input.channels} x ${input.height} x ${input.width}`,
    `- Roles (from ${facts.rolesFrom}):`,
    ...roles.map((line) => `  ${line}`),
    `- Losses: reconstruction ${losses.reconstruction}, beta ${losses.beta}`,
    `- Maps: ${maps.available.join(', ')}${noKl ? ` (${noKl})` : ''}`,
    `- Self-check: ${facts.selfCheck}`,
    ...facts.notes.map((note) => `- Note: ${note}`),
    '',
    '## Statistics and thresholds',
    '',
    fittedOn
      ? `Statistics fitted on ${fittedOn.slices} images that the user named as normal (${fittedOn.skipped} more could not be used).`
      : 'As given in the model.json beside the network.',
    '',
    '| map | threshold | value | 95 % band |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    `Licence of the weights: ${manifest.licence}`,
    ''
  ].join('\n')
}
