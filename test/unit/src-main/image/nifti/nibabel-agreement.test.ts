import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { frameFacts } from '../../../../../src-main/image/image-types'
import { openImage } from '../../../../../src-main/image/open-image'
import { toModalityValues } from '../../../../../src-main/image/to-modality-values'

/**
 * Small volumes written by nibabel 5.4 and, for each of their voxels, what nibabel reads: the volume of a time series
 * it belongs to, where it lies (its affine on the indices, RAS+ mm) and its scaled value. Two were changed after
 * writing: a half turn whose quaternion rounds beyond 1, and pixel sizes of 0 beside an sform.
 */
const folder = join(__dirname, '../../../../fixtures/nifti')
type Voxel = [volume: number, x: number, y: number, z: number, value: number]
const voxels = JSON.parse(readFileSync(join(folder, 'voxels.json'), 'utf8')) as Record<string, Voxel[]>

const keyOf = (numbers: number[]): string => numbers.map((value) => (value + 0).toFixed(3)).join(' ')

describe('every voxel lies where nibabel says, with its value', () => {
  it.each(Object.entries(voxels))('%s', async (name, expected) => {
    const image = await openImage(new Uint8Array(readFileSync(join(folder, `${name}.nii`))))
    const found: string[] = []
    for (let frame = 0; frame < image.frameCount; frame++) {
      const { positionMm, orientation, spacingMm, stackKey } = frameFacts(image.header, frame)
      const stored = await image.readFrame(frame)
      const values = toModalityValues(stored, image.header, frame)
      values.forEach((value, at) => {
        const [row, column] = [Math.floor(at / stored.columns), at % stored.columns]
        const [x, y, z] = [0, 1, 2].map(
          (axis) =>
            positionMm![axis]! +
            column * spacingMm![1] * orientation![axis]! +
            row * spacingMm![0] * orientation![axis + 3]!
        ) as [number, number, number]
        // LPS to RAS+
        found.push(keyOf([Number(stackKey || 1) - 1, -x, -y, z, value]))
      })
    }
    expect(found.sort()).toEqual(expected.map((voxel) => keyOf(voxel)).sort())
    // the qform of one is left-handed, its sform is not
    const said = [
      'its two positions in the patient, qform and sform, contradict each other on left and right: the sform is taken'
    ]
    expect(image.header.warnings).toEqual(name === 'sform-over-qform' ? said : [])
  })
})

/** Volumes of every voxel type by nibabel, and the values that it reads (models/training/fixtures/make_voxel_types.py). */
interface TypedVolume {
  name: string
  file: string
  complex: boolean
  colour: boolean
  planes: number[][]
}
const volumes = JSON.parse(readFileSync(join(folder, 'voxel-types.json'), 'utf8')) as TypedVolume[]

describe('voxels of every type have the values that nibabel reads', () => {
  it.each(volumes)('$name', async ({ file, complex, colour, planes }) => {
    const image = await openImage(new Uint8Array(Buffer.from(file, 'base64')))
    for (const [frame, expected] of planes.entries()) {
      const stored = await image.readFrame(frame)
      const { slope, intercept } = frameFacts(image.header, frame).rescale ?? { slope: 1, intercept: 0 }
      const values = Array.from(stored.values, (value) => value * slope + intercept)
      expect(values).toHaveLength(expected.length)
      values.forEach((value, at) => {
        const wanted = expected[at] as number
        // magnitudes are rooted in single precision by one and in double by the other
        const bound = complex ? Math.abs(wanted) * 2e-6 : 0
        expect(Math.abs(value - wanted)).toBeLessThanOrEqual(bound)
      })
      expect(stored.rounded).toBe(false)
      expect(stored.photometricInterpretation).toBe(colour ? 'RGB' : 'MONOCHROME2')
    }
    const said = ['the voxels are complex numbers: their magnitudes are shown']
    expect(image.header.warnings).toEqual(complex ? said : [])
  })
})
