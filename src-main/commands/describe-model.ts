import { whyNoKl } from '../contract/why-no-kl'
import type { CatalogueModel } from '../inference/model-catalogue'

/** What a model takes and gives, its thresholds and where it lies: several lines for people. */
export function describeModel({ id, folder, manifest }: CatalogueModel, origin: 'shipped' | 'added'): string {
  const { input, outputs, losses, maps, thresholds, trainedFor } = manifest
  const noKl = whyNoKl(outputs)
  const roles = Object.entries(outputs).map(([role, name]) => `${role} = ${name}`)
  const first = thresholds.filter(
    ({ map }, i) => thresholds.findIndex((threshold) => threshold.map === map) === i
  )
  return [
    `${id}: ${manifest.name} ${manifest.version} (${manifest.kind}, ${origin})`,
    `  folder      ${folder}`,
    `  sha256      ${manifest.sha256}`,
    `  input       ${input.name}, ${input.layout}, ${input.channels} x ${input.height} x ${input.width}`,
    `  outputs     ${roles.join(', ')}`,
    `  losses      ${losses.reconstruction}, beta ${losses.beta}`,
    `  maps        ${maps.available.join(', ')}; default ${maps.default}${noKl ? `; ${noKl}` : ''}`,
    ...first.map(
      ({ id: name, map, value, units }) =>
        `  threshold   ${map} ${name} = ${value.toFixed(2)}${units ? ` (${units})` : ''}`
    ),
    `  trained for ${trainedFor.modalities.join(', ')}; ${trainedFor.bodyParts.join(', ')}; contrast ${trainedFor.contrast}; ${trainedFor.orientation}`,
    `  licence     ${manifest.licence}`,
    ''
  ].join('\n')
}
