import type { ModelManifest } from '../../src-main/contract/manifest'

/** A complete manifest for tests; parts are replaced by what a test needs. */
export function makeManifest(parts: Partial<ModelManifest> = {}): ModelManifest {
  return {
    schemaVersion: 1,
    id: 'test-vae',
    name: 'Test VAE',
    version: '1.0.0',
    kind: 'vae',
    file: 'model.onnx',
    sha256: '0'.repeat(64),
    input: { name: 'x', layout: 'NCHW', channels: 1, height: 32, width: 32 },
    preprocessing: {
      version: 'test-1',
      foreground: { rule: 'percentile-fraction', percentile: 99, fraction: 0.1 },
      crop: { rule: 'foreground-box', margin: 0.05 },
      intensity: { rule: 'foreground-median', target: 0.35 },
      clip: [0, 1],
      minForegroundFraction: 0.01
    },
    outputs: { reconstruction: 'reconstruction', mu: 'mu', logVar: 'log_var' },
    losses: { reconstruction: 'l1', beta: 1 },
    maps: {
      residual: 'absolute',
      gradient: 'absolute',
      smoothingSigmaPx: 1,
      combiSmoothingSigmaPx: 0,
      foregroundErosion: 0,
      statistics: {
        rec: { median: 0, spread: 1 },
        'grad-kl': { median: 0, spread: 1 },
        'grad-rec': { median: 0, spread: 1 },
        'grad-elbo': { median: 0, spread: 1 },
        combi: { median: 0, spread: 1 }
      },
      available: ['rec', 'grad-kl', 'grad-rec', 'grad-elbo', 'combi'],
      default: 'combi'
    },
    thresholds: [
      { id: 'p99', version: 'test-1', map: 'combi', value: 3, method: 'percentile' },
      { id: 'p95', version: 'test-1', map: 'combi', value: 2, method: 'percentile' },
      { id: 'p99', version: 'test-1', map: 'rec', value: 0.5, method: 'percentile' }
    ],
    findings: { minAreaMm2: 0, minAreaPx: 1 },
    sliceScore: { median: 0, spread: 1 },
    trainedFor: { modalities: ['MR'], bodyParts: ['HEAD'], contrast: 'FLAIR', orientation: 'axial' },
    training: { dataset: 'none', datasetLicence: 'CC0-1.0', images: 1, recipe: 'none' },
    licence: 'CC0-1.0',
    intendedUse: 'tests',
    ...parts
  }
}
