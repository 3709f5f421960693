import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openStudies } from '../../src-main/study/open-studies'
import { readSlice } from '../../src-main/study/read-slice'
import { orientationLetters } from '../../src-renderer/viewer/orientation-letters'
import { pixelToPatient } from '../../src-renderer/viewer/patient-geometry'
import { buildNifti, type NiftiSpec } from '../helpers/build-nifti'
import { temporaryFolder } from '../helpers/temporary-folder'

/**
 * What the window says of sides and places, against the header's own affine: every voxel has a value of its own, so that
 * the pixels on the screen tell where they come from. Rotations are made by Rodrigues' formula, quaternions by half
 * angles, so that neither comes from the reader.
 */
const work = temporaryFolder()
let folders = 0
const size: [number, number, number] = [4, 5, 3]
const spacing: [number, number, number] = [2, 3, 4]
const offset: [number, number, number] = [-11, 17, 23]
type Vector = [number, number, number]
type Matrix = [Vector, Vector, Vector]

/** A turn about an axis through the origin. */
function turn(axis: Vector, degrees: number): { matrix: Matrix; quaternion: Vector } {
  const angle = (degrees * Math.PI) / 180
  const length = Math.hypot(...axis)
  const [x, y, z] = axis.map((value) => value / length) as Vector
  const [c, s, t] = [Math.cos(angle), Math.sin(angle), 1 - Math.cos(angle)]
  const matrix: Matrix = [
    [t * x * x + c, t * x * y - s * z, t * x * z + s * y],
    [t * x * y + s * z, t * y * y + c, t * y * z - s * x],
    [t * x * z - s * y, t * y * z + s * x, t * z * z + c]
  ]
  const half = Math.sin(angle / 2)
  return { matrix, quaternion: [x * half, y * half, z * half] }
}

/** Rows of the affine of a turn and the spacing, its third axis reversed where it is left-handed. */
function affineOf(matrix: Matrix, qfac = 1): number[][] {
  return matrix.map((row, at) => [
    ...row.map((value, axis) => value * (spacing[axis] as number) * (axis === 2 ? qfac : 1)),
    offset[at] as number
  ])
}

const nowhere = turn([1, 0, 0], 0)
const other = turn([0, 0, 1], 90)
const asQform = ({ quaternion }: ReturnType<typeof turn>, qfac = 1): Partial<NiftiSpec> => ({
  qformCode: 1,
  quaternion,
  qoffset: offset,
  qfac
})
const asSform = ({ matrix }: ReturnType<typeof turn>, qfac = 1): Partial<NiftiSpec> => ({
  sformCode: 1,
  sform: affineOf(matrix, qfac)
})
const oblique = turn([1, 2, 3], 25)
const coronal = turn([1, 0, 0], -90)
const sagittal = turn([0, 1, 0], 90)
const half = turn([0, 0, 1], 180)

const cases: [string, Partial<NiftiSpec>, number[][]][] = [
  ...(
    [
      ['upright', nowhere],
      ['turned by half', half],
      ['coronal', coronal],
      ['sagittal', sagittal],
      ['oblique', oblique],
      ['far oblique', turn([3, -1, 2], 140)]
    ] as const
  ).flatMap(([name, how]) =>
    [1, -1].flatMap((qfac): [string, Partial<NiftiSpec>, number[][]][] => [
      [`qform, ${name}, qfac ${qfac}`, asQform(how, qfac), affineOf(how.matrix, qfac)],
      [`sform, ${name}, third axis ${qfac}`, asSform(how, qfac), affineOf(how.matrix, qfac)]
    ])
  ),
  ['a qfac of 0, which counts as 1', asQform(oblique, 0), affineOf(oblique.matrix)],
  [
    'both forms, of which the sform counts',
    { ...asQform(other), ...asSform(oblique) },
    affineOf(oblique.matrix)
  ],
  ['an sform of code 4', { ...asQform(other), ...asSform(oblique), sformCode: 4 }, affineOf(oblique.matrix)],
  [
    'an sform without a code',
    { ...asQform(oblique), ...asSform(other), sformCode: 0 },
    affineOf(oblique.matrix)
  ],
  ['an sform of zeros', { ...asQform(oblique), sformCode: 1 }, affineOf(oblique.matrix)],
  ['big endian', { ...asQform(oblique), bigEndian: true }, affineOf(oblique.matrix)],
  [
    'metres',
    { ...asSform(oblique), xyztUnits: 1 },
    affineOf(oblique.matrix).map((row) => row.map((v) => v * 1000))
  ]
]

async function open(spec: Partial<NiftiSpec>, dimensions: number[] = size) {
  const count = dimensions.reduce((a, b) => a * b)
  const voxels = spec.voxels ?? Uint8Array.from({ length: count }, (_, at) => at)
  const folder = join(work, String(++folders))
  mkdirSync(folder)
  writeFileSync(
    join(folder, 'v.nii'),
    buildNifti({ size: dimensions, datatype: 2, spacing, ...spec, voxels })
  )
  const opened = await openStudies([folder])
  const series = opened.studies.flatMap((study) => study.series)
  return { ...opened, series }
}

/** RAS+ mm of the voxel with that value, by the affine. */
function placeOf(value: number, affine: number[][]): Vector {
  const index = [
    value % size[0],
    Math.floor(value / size[0]) % size[1],
    Math.floor(value / size[0] / size[1])
  ]
  return affine.map((row) =>
    index.reduce((sum, at, axis) => sum + at * (row[axis] as number), row[3] as number)
  ) as Vector
}

/** What a direction in RAS+ is called, by its largest part and a second one of at least three tenths. */
function lettersOf(direction: Vector): string {
  const length = Math.hypot(...direction)
  const names = ['RL', 'AP', 'HF']
  return direction
    .map((part, axis) => ({
      share: Math.abs(part) / length,
      letter: names[axis]?.[part > 0 ? 0 : 1] as string
    }))
    .filter(({ share }) => share > 0.3)
    .sort((a, b) => b.share - a.share)
    .slice(0, 2)
    .map(({ letter }) => letter)
    .join('')
}

describe('sides and places of a volume are those of its affine', () => {
  it.each(cases)('%s', async (_, spec, affine) => {
    const { series, problems } = await open(spec)
    expect(problems.filter(({ message }) => !/contradict/.test(message))).toEqual([])
    const [one] = series
    expect(series).toHaveLength(1)
    let far = 0
    for (const slice of one!.slices) {
      const { modality, rows, columns } = await readSlice(one!, slice)
      const at = (row: number, column: number): Vector =>
        placeOf(modality[row * columns + column] as number, affine)
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          // the middle of a pixel lies half a pixel from its corner
          const [x, y, z] = pixelToPatient(slice, { x: column + 0.5, y: row + 0.5 }) as Vector
          const wanted = at(row, column)
          far = Math.max(
            far,
            Math.hypot(-x - wanted[0], -y - wanted[1], z - wanted[2]) / Math.hypot(...wanted)
          )
        }
      }
      const way = (from: Vector, to: Vector): string =>
        lettersOf(to.map((v, axis) => v - (from[axis] as number)) as Vector)
      expect(
        orientationLetters(slice.orientation ?? [], { rotation: 0, hflip: false, vflip: false })
      ).toEqual({
        right: way(at(0, 0), at(0, 1)),
        left: way(at(0, 1), at(0, 0)),
        bottom: way(at(0, 0), at(1, 0)),
        top: way(at(1, 0), at(0, 0))
      })
    }
    // the header holds single precision
    expect(far).toBeLessThan(1e-5)
    expect([...one!.slices].map(({ distanceAlongNormalMm }) => distanceAlongNormalMm)).toEqual(
      one!.slices.map(({ distanceAlongNormalMm }) => distanceAlongNormalMm).sort((a, b) => a! - b!)
    )
  })

  it('the left of the patient stands at the right, the front and the head at the top', async () => {
    const edges = async (spec: Partial<NiftiSpec>) => {
      const { series } = await open(spec)
      return orientationLetters(series[0]!.slices[0]!.orientation!, {
        rotation: 0,
        hflip: false,
        vflip: false
      })
    }
    for (const qfac of [1, -1]) {
      expect(await edges(asQform(nowhere, qfac))).toEqual({ left: 'R', right: 'L', top: 'A', bottom: 'P' })
      expect(await edges(asQform(half, qfac))).toEqual({ left: 'R', right: 'L', top: 'A', bottom: 'P' })
      expect(await edges(asQform(coronal, qfac))).toEqual({ left: 'R', right: 'L', top: 'H', bottom: 'F' })
    }
  })
})

describe('what is doubtful about a place is said', () => {
  it.each<[string, Partial<NiftiSpec>, string[]]>([
    [
      'neither form',
      {},
      ['the header does not say how the volume lies in the patient: its sides are unknown']
    ],
    [
      'forms that contradict each other on left and right',
      { ...asQform(nowhere, -1), ...asSform(nowhere) },
      [
        'its two positions in the patient, qform and sform, contradict each other on left and right: the sform is taken'
      ]
    ],
    ['forms that differ otherwise', { ...asQform(other), ...asSform(nowhere) }, []],
    [
      'axes that are not at right angles',
      {
        sformCode: 1,
        sform: [
          [2, 1, 0, 0],
          [0, 3, 0, 0],
          [0, 0, 4, 0]
        ]
      },
      ['its axes are not at right angles: distances and angles that are measured are wrong']
    ]
  ])('%s', async (_, spec, expected) => {
    const { problems } = await open(spec)
    expect(problems.map(({ message }) => message)).toEqual(expected)
  })
})

describe('dimensions', () => {
  it.each<[string, number[], string[]]>([
    ['two', [4, 5], ['1 of 4 x 5']],
    ['three, of one plane', [4, 5, 1], ['1 of 4 x 5']],
    ['four, by time', [4, 5, 3, 2], ['volume 1: 3 of 4 x 5', 'volume 2: 3 of 4 x 5']],
    [
      'five, by component',
      [4, 5, 3, 1, 3],
      ['volume 1: 3 of 4 x 5', 'volume 2: 3 of 4 x 5', 'volume 3: 3 of 4 x 5']
    ],
    ['four of one plane, a series of times', [4, 5, 1, 3], ['3 of 4 x 5']],
    ['further ones of 0, which count as 1', [4, 5, 3, 0], ['3 of 4 x 5']]
  ])('%s', async (_, dimensions, expected) => {
    const voxels = new Uint8Array(4 * 5 * 3 * 3)
    const { series } = await open({ ...asQform(nowhere), intentCode: 1007, voxels }, dimensions)
    expect(
      series.map(({ description, slices }) => {
        const volume = /volume \d/.exec(description)?.[0]
        return `${volume ? `${volume}: ` : ''}${slices.length} of ${slices[0]?.columns} x ${slices[0]?.rows}`
      })
    ).toEqual(expected)
  })

  it.each([[[0, 5, 3]], [[4, -5, 3]], [[4, 5, 0]], [[32_767, 32_767, 32_767]]])(
    'of %j are refused',
    async (dimensions) => {
      const { studies, problems } = await open(
        { ...asQform(nowhere), voxels: new Uint8Array(60) },
        dimensions
      )
      expect(studies).toEqual([])
      expect(problems).toMatchObject([{ code: 'raster-malformed' }])
    }
  )
})
