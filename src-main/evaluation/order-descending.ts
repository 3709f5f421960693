/**
 * Indices of scores from the highest to the lowest, equal scores by rising index: a radix sort over the bits, linear
 * in the number of scores.
 * @param scores finite
 */
export function orderDescending(scores: Float32Array | Float64Array): Uint32Array {
  const count = scores.length
  let order = Uint32Array.from({ length: count }, (_, i) => i)
  let spare = new Uint32Array(count)
  for (const digits of digitsOf(scores)) {
    const starts = new Uint32Array(65537)
    for (let i = 0; i < count; i++) starts[digits[i] + 1]++
    for (let digit = 0; digit < 65536; digit++) starts[digit + 1] += starts[digit]
    for (let i = 0; i < count; i++) {
      const index = order[i]
      spare[starts[digits[index]]++] = index
    }
    const sorted = spare
    spare = order
    order = sorted
  }
  return order
}

/** 16-bit digits of keys that fall as the score rises, the least significant first. -0 and 0 have one key. */
function digitsOf(scores: Float32Array | Float64Array): Uint16Array[] {
  const width = scores instanceof Float32Array ? 2 : 4
  // + 0 turns -0 into 0; words are little endian on every machine Electron runs on
  const words = new Uint16Array(scores.map((score) => score + 0).buffer)
  const digits = Array.from({ length: width }, () => new Uint16Array(scores.length))
  for (let i = 0; i < scores.length; i++) {
    // negative numbers: magnitude bits already rise as the score falls; positive ones are flipped, below them
    const flip = words[i * width + width - 1] & 0x8000 ? 0 : 0xffff
    for (let word = 0; word < width; word++) {
      const bits = words[i * width + word]
      digits[word][i] = word === width - 1 ? (bits ^ flip) & (flip ? 0x7fff : 0xffff) : bits ^ flip
    }
  }
  return digits
}
