import type { Image } from 'cornerstone-core'
import type { SlicePixelsMessage } from '../../src-main/contract/channels'
import { nidus, unwrap } from '../api/nidus'
import { ByteCache } from './byte-cache'
import { makeColourImage, makeGreyImage, opaque, overlayPixels } from './make-image'

/** A slice ready to be shown and probed. */
export interface LoadedSlice {
  image: Image
  /** the file's own graphic overlays; null where it has none */
  overlay: Image | null
  pixels: SlicePixelsMessage
}

const cache = new ByteCache<LoadedSlice>(512 * 1024 * 1024)
const keyOf = (seriesId: string, sliceIndex: number): string => `${seriesId}/${sliceIndex}`

/** The slice, if it is here already. */
export function peekSlice(seriesId: string, sliceIndex: number): LoadedSlice | undefined {
  return cache.peek(keyOf(seriesId, sliceIndex))
}

/** Loads a slice; several calls for one slice load it once. Throws RequestError. */
export function loadSlice(seriesId: string, sliceIndex: number): Promise<LoadedSlice> {
  const key = keyOf(seriesId, sliceIndex)
  return cache.load(key, async () => {
    const pixels = await unwrap(nidus.slicePixels({ seriesId, sliceIndex }))
    const image = pixels.rgb
      ? makeColourImage(`colour:${key}`, pixels, opaque(pixels.rgb))
      : makeGreyImage(`grey:${key}`, pixels)
    const overlay = pixels.overlay
      ? makeColourImage(`graphics:${key}`, pixels, overlayPixels(pixels.overlay))
      : null
    const bytes =
      image.sizeInBytes +
      (overlay?.sizeInBytes ?? 0) +
      pixels.values.byteLength +
      (pixels.stored?.byteLength ?? 0) +
      (pixels.rgb?.byteLength ?? 0)
    return { value: { image, overlay, pixels }, bytes }
  })
}

/** Forgets all slices. */
export function clearSlices(): void {
  cache.clear()
}
