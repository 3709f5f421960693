/**
 * Random numbers from a seed, bit for bit the same on every machine: only 32-bit integer operations and
 * exactly rounded arithmetic (+ - * / sqrt), no Math.sin, Math.exp or Math.log, whose last bits differ
 * between engines.
 * Generator: sfc32 (Doty-Humphrey, PractRand), seeded through splitmix32.
 *
 * @param {number} seed any 32-bit integer
 */
export function createRandom(seed) {
  let mixed = seed >>> 0
  const nextSeedWord = () => {
    mixed = (mixed + 0x9e3779b9) >>> 0
    let word = mixed
    word = Math.imul(word ^ (word >>> 16), 0x21f0aaad)
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97)
    return (word ^ (word >>> 15)) >>> 0
  }
  let a = nextSeedWord()
  let b = nextSeedWord()
  let c = nextSeedWord()
  let counter = 1

  /** Next 32 random bits as an unsigned integer. */
  const nextWord = () => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    c |= 0
    return sum >>> 0
  }
  for (let warmUp = 0; warmUp < 12; warmUp++) nextWord()

  return {
    nextWord,
    /** Uniform in [low, high). */
    between: (low, high) => low + (high - low) * (nextWord() / 4294967296),
    /**
     * Approximately normal, mean 0, standard deviation 1: the sum of twelve 16-bit uniforms less six
     * (Irwin-Hall), which needs no logarithm; tails end at six standard deviations.
     */
    normal: () => {
      let sum = 0
      for (let pair = 0; pair < 6; pair++) {
        const word = nextWord()
        sum += (word & 0xffff) + (word >>> 16)
      }
      return (sum + 6) / 65536 - 6
    }
  }
}
