import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import sharp from 'sharp'
import { buildDicom, imageElements, pixelData } from './build-dicom'
import { buildZip } from './build-zip'

const side = 48
const values = Uint16Array.from({ length: side * side }, (_, at) => (at * 7919) % 4096)
const bytes = Uint8Array.from(values, (value) => value >> 4)

/** A NIfTI-1 volume (nifti1.h) of two planes of 16-bit voxels. */
function nifti(): Uint8Array {
  const head = new DataView(new ArrayBuffer(352))
  head.setInt32(0, 348, true)
  ;[3, side, side / 2, 2, 1, 1, 1, 1].forEach((size, at) => head.setInt16(40 + 2 * at, size, true)) // dim
  head.setInt16(70, 512, true) // uint16
  head.setInt16(72, 16, true)
  ;[1, 1, 1, 2].forEach((size, at) => head.setFloat32(76 + 4 * at, size, true)) // pixdim
  head.setFloat32(108, 352, true) // vox_offset
  ;[0x6e, 0x2b, 0x31, 0].forEach((byte, at) => head.setUint8(344 + at, byte)) // n+1
  return new Uint8Array(Buffer.concat([new Uint8Array(head.buffer), new Uint8Array(values.buffer)]))
}

/**
 * Writes one small sound file of every format beside bare DICOM.
 * @returns their paths
 */
export async function writeSoundSamples(folder: string): Promise<string[]> {
  const grey = sharp(bytes, { raw: { width: side, height: side, channels: 1 } }).toColourspace('b-w')
  const deep = sharp(values, { raw: { width: side, height: side, channels: 1 } }).toColourspace('grey16')
  const colour = sharp(Buffer.concat([bytes, bytes, bytes]), {
    raw: { width: side, height: side, channels: 3 }
  })
  const dicom = buildDicom(
    imageElements(
      { rows: side, columns: side, window: ['2048', '4096'] },
      pixelData(new Uint8Array(values.buffer))
    )
  )
  const contents: Record<string, Uint8Array> = {
    'grey.png': await grey.clone().png().toBuffer(),
    'deep.png': await deep.clone().png().toBuffer(),
    'palette.png': await colour.clone().png({ palette: true }).toBuffer(),
    'grey.jpg': await grey.clone().jpeg().toBuffer(),
    'colour.jpg': await colour.clone().jpeg({ progressive: true }).toBuffer(),
    'deep.tif': await deep.clone().tiff({ compression: 'deflate' }).toBuffer(),
    'plain.tif': await grey.clone().tiff({ compression: 'none' }).toBuffer(),
    'volume.nii': nifti(),
    'volume.nii.gz': new Uint8Array(gzipSync(nifti())),
    'image.dcm.gz': new Uint8Array(gzipSync(dicom)),
    'study.zip': buildZip([
      { name: 'a/one', content: dicom, deflate: true },
      { name: 'a/two.png', content: await grey.clone().png().toBuffer() }
    ])
  }
  return Object.entries(contents).map(([name, content]) => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  })
}
