import { z } from 'zod'
import { mapNameSchema, type MapName } from './manifest'

/** Requests about what stands behind a heatmap. */
export const evidenceRequests = {
  'evidence:histogram': z
    .object({
      seriesId: z.string().min(1).max(200),
      map: mapNameSchema,
      /** score units: the outer edges of the first and the last bin */
      low: z.number().finite(),
      high: z.number().finite(),
      bins: z.number().int().min(1).max(1000)
    })
    .refine(({ low, high }) => low < high, 'low is below high')
} as const

export interface EvidenceResponses {
  /** Scores of all foreground pixels of the slices analysed so far. */
  'evidence:histogram': {
    seriesId: string
    map: MapName
    low: number
    high: number
    /** `counts[i]`: scores from low + i * (high - low) / bins on, below the next edge */
    counts: number[]
    /** scores below `low`, and from `high` on */
    below: number
    above: number
    /** slices that were counted */
    slices: number
  }
}
