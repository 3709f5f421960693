/**
 * The same memory as a Uint8Array proper. Node hands out Buffers, whose `slice` shares memory where that of
 * Uint8Array copies, and which typed arrays of wider words would then alias.
 */
export function plainView(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
}
