import { z } from 'zod'
import type { Slice } from './study'

/** Requests about an opening under way and about what of a big one did not fit into one message. */
export const openingRequests = {
  'study:cancel-opening': z.undefined(),
  'study:slices': z.object({ seriesId: z.string().min(1).max(200), from: z.number().int().nonnegative() })
} as const

/** How far opening has come. `total` counts the files found; while they are still being listed it grows. */
export interface OpeningProgress {
  stage: 'listing' | 'reading' | 'sorting'
  done: number
  total: number
}

export interface OpeningResponses {
  'study:cancel-opening': null
  /** slices of the series from that index on, at most {@link slicesAtOnce}; empty beyond its end */
  'study:slices': Slice[]
}

export interface OpeningEvents {
  /** at most ten times a second; null once nothing is being opened */
  'event:opening-progress': OpeningProgress | null
}

/** Slices that one message between processes carries: more would keep both ends from answering for long. */
export const slicesAtOnce = 1000
