/**
 * The same memory as a Uint8Array proper, in bytes whatever it holds. Node hands out Buffers, whose `slice` shares memory
 * where that of Uint8Array copies, and which typed arrays of wider words would then alias.
 */
export function plainView({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
