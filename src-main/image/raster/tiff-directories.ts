/**
 * Whether the chain of a TIFF's image file directories (TIFF 6.0, section 2; BigTIFF) comes back to one it has passed:
 * a reader that counts them would never end.
 * @param bytes the file or its beginning; what lies beyond its end is taken for the end of the chain
 */
export function hasCircularDirectories(bytes: Uint8Array): boolean {
  if (bytes.length < 16) return false
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const little = bytes[0] === 0x49
  const big = view.getUint16(2, little) === 43
  const placeAt = (at: number): number =>
    big ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little)
  const [countBytes, entryBytes, placeBytes] = big ? [8, 20, 8] : [2, 12, 4]
  const passed = new Set<number>()
  for (let place = placeAt(big ? 8 : 4); place !== 0;) {
    if (passed.has(place)) return true
    passed.add(place)
    if (place + countBytes > bytes.length) return false
    const entries = big ? placeAt(place) : view.getUint16(place, little)
    const next = place + countBytes + entries * entryBytes
    if (next + placeBytes > bytes.length) return false
    place = placeAt(next)
  }
  return false
}
