/** What a JPEG 2000 codestream holds of its tiles. */
export interface HeldTiles {
  /** every tile is there with all of the parts that it counts, and as long as they say */
  complete: boolean
  /**
   * rows above the first of the tiles that nothing is there of: from there on a decoder leaves zeros; 0 for tiles whose
   * parts are interleaved, of which OpenJPEG gives only some where one is missing
   */
  rows: number
}

/**
 * Walks the tile parts of a JPEG 2000 codestream (ISO 15444-1 A.4.2, A.5.1, B.3). Tiles that are there, if only in part,
 * cover their whole area.
 * @param codestream from its SOC marker on, with its main header
 */
export function heldTiles(codestream: Uint8Array): HeldTiles {
  const view = new DataView(codestream.buffer, codestream.byteOffset, codestream.length)
  const [xEnd, yEnd, , yStart, tileWidth, tileHeight, tileX, tileY] = Array.from({ length: 8 }, (_, at) =>
    view.getUint32(8 + 4 * at)
  ) as [number, number, number, number, number, number, number, number]
  const across = Math.ceil((xEnd - tileX) / tileWidth)
  const tiles = across * Math.ceil((yEnd - tileY) / tileHeight)
  /** by tile: parts that are there, and as many as one of them says that there are */
  const seen = new Map<number, { parts: number; counted: number }>()
  let last = 0
  let interleaved = false
  // main header: SOC, then segments up to the first tile part
  let at = 2
  while (at + 4 <= codestream.length && view.getUint16(at) !== 0xff90) at += 2 + view.getUint16(at + 2)
  while (at + 12 <= codestream.length && view.getUint16(at) === 0xff90) {
    const tile = view.getUint16(at + 4)
    if (tile < last) interleaved = true
    last = tile
    const length = view.getUint32(at + 6)
    // a head alone shows nothing
    if (at + 14 < codestream.length) {
      const { parts, counted } = seen.get(tile) ?? { parts: 0, counted: 0 }
      seen.set(tile, { parts: parts + 1, counted: Math.max(counted, codestream[at + 11] as number) })
    }
    // 0: to the end of the codestream
    if (length < 14) break
    at += length
  }
  let whole = 0
  while (seen.has(whole)) whole++
  const top = tileY + Math.floor(whole / across) * tileHeight
  return {
    complete:
      at <= codestream.length &&
      whole >= tiles &&
      [...seen.values()].every(({ parts, counted }) => parts >= counted),
    rows: interleaved ? 0 : Math.max(0, Math.min(yEnd, top) - yStart)
  }
}
