/**
 * Rows of a JPEG 2000 image above the first of its tiles that a cut codestream has nothing of (ISO 15444-1 A.4.2,
 * A.5.1, B.3): from there on a decoder leaves zeros. Tiles that are there, if only in part, cover their whole area.
 * @returns 0 for tiles whose parts are interleaved, of which OpenJPEG gives only some
 * @param codestream from its SOC marker on
 */
export function heldTileRows(codestream: Uint8Array): number {
  const view = new DataView(codestream.buffer, codestream.byteOffset, codestream.length)
  const [xEnd, yEnd, , yStart, tileWidth, tileHeight, tileX, tileY] = Array.from({ length: 8 }, (_, at) =>
    view.getUint32(8 + 4 * at)
  ) as [number, number, number, number, number, number, number, number]
  const across = Math.ceil((xEnd - tileX) / tileWidth)
  const seen = new Set<number>()
  let last = 0
  // main header: SOC, then segments up to the first tile part
  let at = 2
  while (at + 4 <= codestream.length && view.getUint16(at) !== 0xff90) at += 2 + view.getUint16(at + 2)
  while (at + 12 <= codestream.length && view.getUint16(at) === 0xff90) {
    const tile = view.getUint16(at + 4)
    if (tile < last) return 0
    last = tile
    const length = view.getUint32(at + 6)
    // a head alone shows nothing
    if (at + 14 < codestream.length) seen.add(tile)
    if (length < 14) break
    at += length
  }
  let whole = 0
  while (seen.has(whole)) whole++
  const top = tileY + Math.floor(whole / across) * tileHeight
  return Math.max(0, Math.min(yEnd, top) - yStart)
}
