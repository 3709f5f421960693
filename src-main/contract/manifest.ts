import { z } from 'zod'
import { domainSchema } from './domain-schema'

/**
 * The model manifest, `models/<id>/model.json`: all that Nidus has to know of a model beside its forward ONNX
 * graph. The JSON schema beside the models (`models/model.schema.json`) is generated from this file.
 */

/**
 * Every anomaly map that Nidus can make; each is a file of src-main/maps, which names its paper. `rec` is the
 * residual that the manifest states, `grad-*` the gradient that it states, the longer names say theirs.
 */
export const mapNames = [
  'rec',
  'rec-absolute',
  'rec-squared',
  'rec-positive',
  'rec-ssim',
  'grad-kl',
  'grad-rec',
  'grad-elbo',
  'grad-kl-squared',
  'grad-rec-squared',
  'grad-elbo-squared',
  'combi',
  'smoothgrad',
  'context',
  'mc-rec',
  'restoration',
  'ensemble',
  'disagreement'
] as const
export const mapNameSchema = z.enum(mapNames)
export type MapName = z.infer<typeof mapNameSchema>

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const positive = z.number().positive().finite()
const fraction = z.number().min(0).max(1)

const intensitySchema = z
  .discriminatedUnion('rule', [
    z.object({
      rule: z.literal('foreground-median'),
      target: fraction.describe('model value that the median of the foreground becomes')
    }),
    z.object({
      rule: z.literal('foreground-percentiles'),
      low: z.number().min(0).max(100),
      high: z.number().min(0).max(100)
    }),
    z.object({
      rule: z.literal('fixed'),
      offset: z.number().finite().describe('modality value that becomes 0'),
      scale: positive.describe('model value = (modality value - offset) * scale')
    })
  ])
  .describe('how modality values become model values, before clipping')

/** Preprocessing: modality values [rows, columns] to the model's input grid, and back. */
export const preprocessingSchema = z.object({
  version: z.string().min(1).describe('stamped on every result; changes with any change of the result'),
  foreground: z
    .discriminatedUnion('rule', [
      z.object({
        rule: z.literal('percentile-fraction'),
        percentile: z.number().min(0).max(100),
        fraction
      }),
      z.object({ rule: z.literal('full') })
    ])
    .describe(
      'which pixels show the patient; percentile-fraction: value above the background by more than this fraction of ' +
        'the way to that percentile of the slice'
    ),
  crop: z.discriminatedUnion('rule', [
    z.object({
      rule: z.literal('foreground-box'),
      margin: z.number().min(0).max(1).describe('added to the box side, as a fraction of it')
    }),
    z.object({ rule: z.literal('full') })
  ]),
  intensity: intensitySchema,
  clip: z.tuple([z.number(), z.number()]).describe('range of the model input'),
  minForegroundFraction: fraction.describe('slices with less foreground get no map')
})
export type Preprocessing = z.infer<typeof preprocessingSchema>

const mapStatisticsSchema = z.object({
  median: z.number().finite(),
  spread: positive.describe('1.4826 * median absolute deviation'),
  quantiles: z
    .record(z.string(), z.number())
    .optional()
    .describe('quantile level -> value, before standardising')
})
export type MapStatistics = z.infer<typeof mapStatisticsSchema>

const count = z.number().int().positive().max(10_000)
const seed = z.number().int().min(0).max(0xffffffff)

/** Settings of `context`: the masked patches whose reconstruction from their surroundings is scored. */
const contextSchema = z.object({
  patchPx: count.describe('side of the hidden square; default: an eighth of the shorter side'),
  stridePx: count.describe('between neighbouring squares; default: half the side of a square')
})

/** Settings of `mc-rec`: the mean reconstruction of codes drawn from q(z|x). */
const monteCarloSchema = z.object({
  samples: count.describe('codes drawn for each image; default 16'),
  seed: seed.describe('of the noise, which is the same for every image; default 1')
})

/** Settings of `smoothgrad`: the mean gradient of noisy copies. */
const smoothGradientSchema = z.object({
  copies: count.describe('noisy copies of each image; default 16'),
  noise: positive.describe('standard deviation of the noise in parts of the clip range; default 0.1'),
  seed: seed.describe('of the noise, which is the same for every image; default 1')
})

/** Settings of `restoration`: gradient descent on the image towards what the model holds for normal. */
const restorationSchema = z.object({
  steps: count.describe('of the descent; default 40'),
  stepSize: positive.describe('model values per unit of gradient, in parts of the clip range; default 0.01'),
  smoothness: z
    .number()
    .nonnegative()
    .describe('lambda, the weight of the total variation of the change; default 1'),
  rounding: positive.describe(
    'where |r| of an L1 loss and of the total variation is rounded off, in parts of the clip range; default 0.02'
  )
})

/** What `ensemble` and `disagreement` are made of: one map of this model and of others that prepare images alike. */
const ensembleSchema = z.object({
  map: mapNameSchema.describe('standardised by the statistics of each member before they are averaged'),
  members: z
    .array(z.object({ id: z.string().min(1), sha256 }))
    .min(1)
    .describe('the other models; the statistics hold for these files only')
})

/** How tensors become anomaly maps. Sizes in pixels are pixels of the model's input grid. */
export const mapsSchema = z.object({
  residual: z.enum(['absolute', 'squared', 'positive']),
  gradient: z.enum(['absolute', 'squared']),
  smoothingSigmaPx: z.number().min(0).max(32),
  combiSmoothingSigmaPx: z.number().min(0).max(32).describe('of the product grad-kl * rec'),
  foregroundErosion: fraction.describe('erosion of the foreground as a fraction of the longer box side'),
  context: contextSchema.optional(),
  monteCarlo: monteCarloSchema.optional(),
  smoothGradient: smoothGradientSchema.optional(),
  restoration: restorationSchema.optional(),
  ensemble: ensembleSchema.optional(),
  statistics: z
    .partialRecord(mapNameSchema, mapStatisticsSchema)
    .describe('of foreground pixels of calibration normals, after smoothing; what a map is standardised by'),
  available: z.array(mapNameSchema).min(1),
  default: mapNameSchema
})
export type MapSettings = z.infer<typeof mapsSchema>

const thresholdSchema = z.object({
  id: z.string().min(1).describe('e.g. p99'),
  version: z.string().min(1),
  map: mapNameSchema,
  value: z.number().finite().describe('in score units: standardised by the statistics of the map'),
  method: z.string().min(1),
  falsePositiveRate: fraction.optional(),
  confidence: z.tuple([z.number(), z.number()]).optional().describe('95 % band of the value'),
  samples: z.number().int().nonnegative().optional(),
  units: z.string().optional().describe('what a sample is: pixels, slices, patients')
})
export type ManifestThreshold = z.infer<typeof thresholdSchema>

/** What one score of a slice is; see src-main/maps/slice-score.ts. */
const sliceScoreRuleSchema = z.discriminatedUnion('rule', [
  z.object({ rule: z.literal('elbo') }),
  z.object({ rule: z.literal('kl') }),
  z.object({
    rule: z.literal('map-quantile'),
    map: mapNameSchema.describe('one that a single run gives'),
    quantile: fraction.describe('of the standardised map over the eroded foreground')
  })
])

export const manifestSchema = z.object({
  schemaVersion: z.literal(1),
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  name: z.string().min(1),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  kind: z.enum(['vae', 'cevae', 'ae', 'dae']),
  file: z.string().regex(/^[^/\\]+\.onnx$/),
  sha256: sha256.describe('of the ONNX file'),
  input: z.object({
    name: z.string().min(1),
    layout: z.enum(['NCHW', 'NHWC', 'flat']),
    channels: z.union([z.literal(1), z.literal(3)]),
    height: z.number().int().positive().max(4096),
    width: z.number().int().positive().max(4096)
  }),
  preprocessing: preprocessingSchema,
  outputs: z.object({
    reconstruction: z.string().min(1),
    mu: z.string().min(1).optional(),
    logVar: z.string().min(1).optional(),
    logStd: z.string().min(1).optional(),
    std: z.string().min(1).optional(),
    variance: z.string().min(1).optional(),
    z: z.string().min(1).optional()
  }),
  losses: z.object({
    reconstruction: z.enum(['l1', 'l2', 'bce', 'laplace-nll', 'gaussian-nll', 'ssim']),
    beta: z.number().nonnegative()
  }),
  maps: mapsSchema,
  thresholds: z.array(thresholdSchema).min(1),
  findings: z.object({ minAreaMm2: z.number().nonnegative(), minAreaPx: z.number().int().nonnegative() }),
  sliceScore: z
    .object({
      score: sliceScoreRuleSchema.optional().describe('what is scored; the ELBO where it is absent'),
      median: z.number(),
      spread: positive
    })
    .describe('one score a slice: its median and robust spread over calibration normals'),
  trainedFor: z.object({
    modalities: z.array(z.string()).min(1),
    bodyParts: z.array(z.string()).min(1),
    contrast: z.string(),
    orientation: z.enum(['axial', 'sagittal', 'coronal', 'frontal', 'any'])
  }),
  domain: domainSchema.optional(),
  training: z.object({
    dataset: z.string().min(1),
    datasetLicence: z.string().min(1),
    images: z.number().int().positive().optional().describe('absent where not known'),
    patients: z.number().int().positive().optional(),
    recipe: z.string().min(1),
    seed: z.number().int().optional()
  }),
  licence: z.string().min(1).describe('SPDX expression of the weights'),
  intendedUse: z.string().min(1),
  metrics: z.record(z.string(), z.unknown()).optional()
})
export type ModelManifest = z.infer<typeof manifestSchema>
