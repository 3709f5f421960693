import type { Series } from '../../src-main/contract/study'
import { angleBetween, centreOf, liesInPatient, nearestSlice } from './patient-geometry'

/** Why two series scroll together, or that they do not. */
export type Link = 'same series' | 'frame of reference' | 'across' | 'by index' | 'none'

/** What the reader has chosen of linking. */
export interface LinkChoice {
  on: boolean
  /** ids of series linked by hand */
  byHand: ReadonlySet<string>
}

/** Degrees between slices that scroll along with each other; the middle of one further tilted means little to the other. */
const mostTilt = 30

/** How one series follows another. Only a common frame of reference makes positions comparable (PS3.3 C.7.4.1). */
export function linkOf(from: Series, to: Series, { on, byHand }: LinkChoice): Link {
  if (from.id === to.id) return 'same series'
  if (!on) return 'none'
  const framed = from.frameOfReferenceUid !== null && from.frameOfReferenceUid === to.frameOfReferenceUid
  const [mine, its] = [from.slices.find(liesInPatient), to.slices.find(liesInPatient)]
  if (framed && mine && its) return angleBetween(mine, its) <= mostTilt ? 'frame of reference' : 'across'
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

/**
 * The slice that a series opens at beside another: the one nearest to the middle of the other's slice where both have
 * one frame of reference, however they lie; else the middle one.
 */
export function slicePutBeside(from: Series, sliceIndex: number, to: Series, link: Link): number {
  const slice = from.slices[sliceIndex]
  const centre = slice && (link === 'frame of reference' || link === 'across') ? centreOf(slice) : null
  const nearest = centre && nearestSlice(to.slices, centre)
  return nearest?.index ?? Math.floor((to.slices.length - 1) / 2)
}
