/** Which library decodes a compression of TIFF: libvips, as it is built here, or geotiff. */
const readers: Record<number, 'vips' | 'geotiff'> = {
  1: 'vips', // none
  2: 'vips', // CCITT
  3: 'vips',
  4: 'vips',
  5: 'vips', // LZW
  7: 'vips', // JPEG
  8: 'vips', // Deflate
  32773: 'vips', // PackBits
  32946: 'vips', // Deflate, the older number
  34887: 'geotiff', // LERC
  50000: 'geotiff', // ZSTD
  50001: 'vips' // WebP
}

const names: Record<number, string> = {
  6: 'JPEG of the old kind',
  32809: 'ThunderScan',
  33003: 'JPEG 2000',
  33005: 'JPEG 2000',
  34661: 'JBIG',
  34712: 'JPEG 2000',
  34925: 'LZMA',
  50002: 'JPEG XL'
}

/** Which library is to decode a compression of TIFF (the number in tag 259); null where none can. */
export function readerOfCompression(compression: number): 'vips' | 'geotiff' | null {
  return readers[compression] ?? null
}

/** A compression of TIFF that cannot be decoded, in words. */
export function nameCompression(compression: number): string {
  return names[compression] ?? `number ${compression}`
}
