import type { Series } from '../../src-main/contract/study'
import { centreOf, liesInPatient, nearestSlice } from './patient-geometry'

/** Why two series scroll together, or that they do not. */
export type Link = 'same series' | 'frame of reference' | 'by index' | 'none'

/** What the reader has chosen of linking. */
export interface LinkChoice {
  on: boolean
  /** ids of series linked by hand */
  byHand: ReadonlySet<string>
}

/** How one series follows another. Only a common frame of reference makes positions comparable (PS3.3 C.7.4.1). */
export function linkOf(from: Series, to: Series, { on, byHand }: LinkChoice): Link {
  if (from.id === to.id) return 'same series'
  if (!on) return 'none'
  const framed = from.frameOfReferenceUid !== null && from.frameOfReferenceUid === to.frameOfReferenceUid
  if (framed && from.slices.some(liesInPatient) && to.slices.some(liesInPatient)) return 'frame of reference'
  return byHand.has(from.id) && byHand.has(to.id) ? 'by index' : 'none'
}

/**
 * The slice of a series that goes with a slice of another.
 * @param moved by how many slices the other has moved, where they are linked by index
 * @returns null where the series does not follow
 */
export function followingSlice(
  from: Series,
  sliceIndex: number,
  to: Series,
  link: Link,
  at: { index: number; moved: number }
): number | null {
  if (link === 'by index') return Math.min(to.slices.length - 1, Math.max(0, at.index + at.moved))
  if (link !== 'frame of reference') return null
  const slice = from.slices[sliceIndex]
  const centre = slice ? centreOf(slice) : null
  return centre ? (nearestSlice(to.slices, centre)?.index ?? null) : null
}
