import { assertNever } from './errors'
import type { ModelManifest } from './manifest'

/** What a model's slice score is, for people: `ELBO`, `KL` or `95 % quantile of rec`. */
export function nameSliceScore({ score }: ModelManifest['sliceScore']): string {
  const choice = score ?? { rule: 'elbo' as const }
  switch (choice.rule) {
    case 'elbo':
      return 'ELBO'
    case 'kl':
      return 'KL'
    case 'map-quantile':
      return `${Number((100 * choice.quantile).toFixed(2))} % quantile of ${choice.map}`
    default:
      return assertNever(choice)
  }
}
