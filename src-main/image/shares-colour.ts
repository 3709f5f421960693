import type { ImageHeader } from './image-types'

/** Whether two neighbours in a row share their colour samples in native pixels (PS3.3 C.7.6.3.1.2). */
export function sharesColour({ photometricInterpretation }: { photometricInterpretation: string }): boolean {
  return photometricInterpretation === 'YBR_FULL_422' || photometricInterpretation === 'YBR_PARTIAL_422'
}

/** Bits of a frame of native pixels, as it lies in the file. */
export function nativeFrameBits(
  header: Pick<ImageHeader, 'rows' | 'columns' | 'samplesPerPixel' | 'bitsAllocated' | 'sharedColour'>
): number {
  const samples = header.sharedColour ? 2 : header.samplesPerPixel
  return header.rows * header.columns * samples * header.bitsAllocated
}
