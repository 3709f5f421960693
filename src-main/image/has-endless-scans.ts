/** A progressive JPEG of three components and all their bits has some ten scans; encoders that search for the best, tens. */
const mostScans = 100

/**
 * Whether a JPEG or JPEG-LS makes its decoder go over the whole image again and again: a scan may take no more than a few
 * bytes, and hours for many of them (Start of Scan, ISO 10918-1 B.2.3, can not stand inside of coded samples).
 */
export function hasEndlessScans(bytes: Uint8Array): boolean {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const startOfScan = Buffer.from([0xff, 0xda])
  let scans = 0
  for (let at = file.indexOf(startOfScan); at >= 0; at = file.indexOf(startOfScan, at + 2)) {
    if (++scans > mostScans) return true
  }
  return false
}
