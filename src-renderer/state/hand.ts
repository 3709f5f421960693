import { create } from 'zustand'
import type { Point } from '../viewer/viewport-geometry'

/** Where the magnifier is held: a pane by its place, CSS pixels in it. */
export const useHand = create<{ place: number | null; at: Point | null }>(() => ({ place: null, at: null }))
