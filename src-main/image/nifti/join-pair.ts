/**
 * Makes one file of a NIfTI pair (nifti1.h, nifti2.h: magic `ni1` or `ni2`, voxels in a file of their own).
 * @param header the .hdr file, unpacked
 * @param voxels the .img file, unpacked, or its beginning
 * @returns the same volume as a single .nii; null where the header is not that of a pair
 */
export function joinPair(header: Uint8Array, voxels: Uint8Array): Uint8Array | null {
  const pair = pairKind(header)
  if (!pair) return null
  const { littleEndian, version } = pair
  const headBytes = version === 1 ? 352 : 544 // with the flag that says that no extensions follow
  const joined = new Uint8Array(headBytes + voxels.length)
  joined.set(header.subarray(0, headBytes - 4))
  joined.set(voxels, headBytes)
  const view = new DataView(joined.buffer)
  if (version === 1) {
    view.setFloat32(108, view.getFloat32(108, littleEndian) + headBytes, littleEndian) // vox_offset
    joined[345] = 0x2b // n+1
  } else {
    view.setBigInt64(168, view.getBigInt64(168, littleEndian) + BigInt(headBytes), littleEndian)
    joined[5] = 0x2b // n+2
  }
  return joined
}

function pairKind(header: Uint8Array): { littleEndian: boolean; version: 1 | 2 } | null {
  if (header.length < 348) return null
  const view = new DataView(header.buffer, header.byteOffset, header.length)
  const littleEndian = view.getUint8(0) !== 0 // sizeof_hdr, 348 or 540
  const size = view.getInt32(0, littleEndian)
  const says = (at: number, version: string): boolean =>
    String.fromCharCode(...header.subarray(at, at + 4)) === `ni${version}\0`
  if (size === 348 && says(344, '1')) return { littleEndian, version: 1 }
  return size === 540 && header.length >= 540 && says(4, '2') ? { littleEndian, version: 2 } : null
}
