import { z } from 'zod'

const positive = z.number().positive().finite()
const numbers = z.array(z.number().finite())
const variance = z.number().nonnegative().finite()

/** Outlines of the patient in the training images, see src-main/maps/outline-excess.ts. */
const outlineSchema = z
  .object({
    cells: z.number().int().min(2).max(64).describe('along either side of a grid over the model grid'),
    mean: numbers.describe('over patients: how much of each cell shows the patient, row by row'),
    components: z
      .array(numbers)
      .max(64)
      .describe('orthonormal directions in which the outlines of patients vary most'),
    variances: z.array(positive).describe('along these'),
    residualVariance: positive.describe('along every other direction'),
    logDistance: z
      .object({
        mean: z.number().finite(),
        patientVariance: variance.describe('between medians over the slices of a patient'),
        sliceVariance: variance.describe('of slices about that median')
      })
      .refine(({ patientVariance, sliceVariance }) => patientVariance + sliceVariance > 0, 'no variance')
      .describe('logarithm of the Mahalanobis distance of patients left out of the fit'),
    limit: positive.describe('standard deviations over that mean up to which a series is expected')
  })
  .refine(
    ({ cells, mean, components, variances }) =>
      mean.length === cells * cells &&
      variances.length === components.length &&
      components.every((one) => one.length === mean.length),
    'mean and components have one entry for each cell, and each component has a variance'
  )
/** How the outlines of training patients vary, parsed. */
export type OutlineDescription = z.infer<typeof outlineSchema>

/** How intensities spread; manifests of before are told by `precision`, for any number of slices. */
const spreadSchema = z.union([
  z.object({
    axes: z
      .array(numbers)
      .describe(
        'directions along which the medians over the slices of a patient are uncorrelated and have variance 1'
      ),
    withinPatient: z
      .array(variance)
      .describe('along each axis: variance of the slices about the median of their patient')
  }),
  z.object({
    precision: z.array(numbers).describe('inverse covariance over patients of what the mean is of')
  })
])

/** What the training images of a model look like: `domain` of its manifest. */
export const domainSchema = z
  .object({
    levels: z
      .array(z.number().min(0).max(100))
      .min(1)
      .describe('percentiles of the model input inside the eroded foreground, of a slice'),
    mean: numbers.describe(
      'over patients: of these percentiles, then of the share of the grid inside the eroded foreground'
    ),
    limit: positive.describe('distance from the mean, by that spread, up to which a series is expected'),
    patients: z.number().int().positive(),
    sourcePxPerModelPx: z
      .tuple([positive, positive])
      .describe('resolution: fewest and most pixels of a training image for one pixel of the model grid'),
    outline: outlineSchema.optional()
  })
  .and(spreadSchema)
  .refine((domain) => {
    const { mean, levels } = domain
    const rows = 'axes' in domain ? [...domain.axes, domain.withinPatient] : domain.precision
    const count = 'axes' in domain ? mean.length + 1 : mean.length
    return (
      mean.length === levels.length + 1 &&
      rows.length === count &&
      rows.every((row) => row.length === mean.length)
    )
  }, 'the mean and what it spreads by have one entry for each level and one more')
  .describe('what the training images look like; without it nothing is said of whether an image fits')
/** What the training images of a model look like, parsed. */
export type DomainDescription = z.infer<typeof domainSchema>
