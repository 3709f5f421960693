/** A source of numbers uniform in [0, 1). */
export type Random = () => number

/**
 * Seeded uniform numbers: xoshiro128** (Blackman & Vigna 2018), its state filled by splitmix32. The same seed gives
 * the same numbers on every machine.
 * @param seed any integer; its low 32 bits count
 */
export function seededRandom(seed: number): Random {
  let fill = seed | 0
  const next = (): number => {
    fill = (fill + 0x9e3779b9) | 0
    let mixed = fill ^ (fill >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
  let a = next()
  let b = next()
  let c = next()
  let d = next() | 1
  return () => {
    const product = Math.imul(b, 5)
    const result = Math.imul((product << 7) | (product >>> 25), 9)
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = (d << 11) | (d >>> 21)
    return (result >>> 0) / 4294967296
  }
}

/** An integer uniform in [0, count). */
export function randomIndex(random: Random, count: number): number {
  return Math.floor(random() * count)
}

/** A standard normal number (Box & Muller 1958). */
export function randomNormal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()))
  return radius * Math.cos(2 * Math.PI * random())
}
