import type { ModelManifest } from '../contract/manifest'

type Maps = ModelManifest['maps']

/** Settings of the maps that have some, complete. */
export interface CostlyMapSettings {
  context: NonNullable<Maps['context']>
  monteCarlo: NonNullable<Maps['monteCarlo']>
  smoothGradient: NonNullable<Maps['smoothGradient']>
  restoration: NonNullable<Maps['restoration']>
}

/** What the manifest says of the maps that have settings, and the defaults where it says nothing. */
export function mapSettingsOf({ maps, input }: Pick<ModelManifest, 'maps' | 'input'>): CostlyMapSettings {
  const patchPx = Math.max(2, Math.round(Math.min(input.height, input.width) / 8))
  return {
    context: maps.context ?? { patchPx, stridePx: Math.max(1, Math.floor(patchPx / 2)) },
    monteCarlo: maps.monteCarlo ?? { samples: 16, seed: 1 },
    smoothGradient: maps.smoothGradient ?? { copies: 16, noise: 0.1, seed: 1 },
    restoration: maps.restoration ?? { steps: 40, stepSize: 0.01, smoothness: 1, rounding: 0.02 }
  }
}
