import type { Window } from '../../state/view'
import { peekSlice } from '../../viewer/slice-source'
import { windowOfSlice } from '../../viewer/window-of-slice'

/** The window that suits the values of a slice; null where it is not loaded. */
export function autoWindow(seriesId: string, sliceIndex: number): Window | null {
  const slice = peekSlice(seriesId, sliceIndex)
  return slice
    ? { ...windowOfSlice(slice.pixels.values, slice.pixels.padding), function: 'linear-exact' }
    : null
}
