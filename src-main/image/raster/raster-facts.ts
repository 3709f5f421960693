import type { ImageHeader } from '../image-types'

export type RasterFormat = 'png' | 'jpeg' | 'tiff'

/** What the header of a raster image says. Rows and columns are those after turning. */
export interface RasterFacts {
  rows: number
  columns: number
  pages: number
  color: boolean
  bits: number
  signed: boolean
  sampleType: ImageHeader['sampleType']
  /** which library hands out its samples unchanged */
  reader: 'vips' | 'geotiff'
  /** what libvips calls the samples */
  depth: 'char' | 'uchar' | 'ushort' | 'uint' | 'int' | 'float' | null
  warnings: string[]
}
