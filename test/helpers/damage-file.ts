/** Linear congruential generator (Numerical Recipes), 0 to below 1. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32
}

/**
 * What was done to a file. After `cut` and `pixel length` all that is still there is as it was, so that a frame either
 * comes out as before or not at all.
 */
export type Damage = 'flips' | 'lie' | 'cut' | 'splice' | 'gap' | 'pixel length'

/** Damage after which a decoded frame must equal the undamaged one. */
export const keepsFrames: readonly Damage[] = ['cut', 'pixel length']

/**
 * Damages a copy of a file: flipped bits, a 32-bit word that lies, a cut, another file's end, a missing stretch, or a
 * wrong length of the pixel data or of one of its items.
 * @param other where a splice comes from
 * @param random from {@link seededRandom}: the same seed damages in the same way
 */
export function damageFile(
  original: Uint8Array,
  other: Uint8Array,
  random: () => number
): { bytes: Uint8Array; damage: Damage } {
  const bytes = original.slice()
  // most damage goes to the first 4 KiB, where the headers are
  const place = (): number =>
    Math.floor(random() * Math.min(bytes.length, random() < 0.7 ? 4096 : bytes.length))
  const joined = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))
  switch (Math.floor(random() * 6)) {
    case 0:
      for (let flips = 1 + random() * 8; flips > 0; flips--) bytes[place()]! ^= 1 << Math.floor(random() * 8)
      return { bytes, damage: 'flips' }
    case 1:
      putLie(bytes, Math.min(place(), bytes.length - 4), random)
      return { bytes, damage: 'lie' }
    case 2:
      return { bytes: bytes.slice(0, Math.floor(random() * bytes.length)), damage: 'cut' }
    case 3: {
      const rest = other.subarray(Math.floor(random() * other.length))
      return { bytes: joined(bytes.subarray(0, place()), rest), damage: 'splice' }
    }
    case 4: {
      const cut = place()
      const rest = bytes.subarray(cut + Math.floor(random() * 200))
      return { bytes: joined(bytes.subarray(0, cut), rest), damage: 'gap' }
    }
    default: {
      const places = pixelLengths(bytes)
      const at = places[Math.floor(random() * places.length)]
      if (at === undefined) return { bytes: bytes.slice(0, bytes.length >> 1), damage: 'cut' }
      putLie(bytes, at, random)
      return { bytes, damage: 'pixel length' }
    }
  }
}

function putLie(bytes: Uint8Array, at: number, random: () => number): void {
  const view = new DataView(bytes.buffer)
  const truth = view.getUint32(at, true)
  const near = [truth >>> 1, truth - 2, truth + 2, truth - 1, truth + 1, truth * 2].map((lie) => lie >>> 0)
  const lies = [0xffffffff, 0xfffffffe, 0, 1, 0x7fffffff, 65_535, bytes.length, ...near]
  view.setUint32(at, lies[Math.floor(random() * lies.length)] as number, true)
}

/** Where the length of little-endian Pixel Data (7FE0,0010) lies, and those of its items (FFFE,E000). */
function pixelLengths(bytes: Uint8Array): number[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const pixels = buffer.lastIndexOf(Buffer.from('e07f1000', 'hex'))
  if (pixels < 0 || pixels + 12 > bytes.length) return []
  const explicit = /^O[BW]$/.test(buffer.toString('latin1', pixels + 4, pixels + 6))
  const length = pixels + (explicit ? 8 : 4)
  if (buffer.readUInt32LE(length) !== 0xffffffff) return [length]
  const places: number[] = []
  for (let at = length + 4; at + 8 <= bytes.length && buffer.readUInt32LE(at) === 0xe000fffe;) {
    places.push(at + 4)
    at += 8 + buffer.readUInt32LE(at + 4)
  }
  return places
}
