import { describe, expect, it } from 'vitest'
import { sq, text, us, type ElementSpec, type ImageOptions } from '../../../helpers/build-dicom'
import { buildStudiesOf, namesByStack, type SliceSpec } from '../../../helpers/build-studies-of'

const axial = [1, 0, 0, 0, 1, 0]
const tag = (value: string): [number, number] => [
  parseInt(value.slice(0, 4), 16),
  parseInt(value.slice(4), 16)
]
const is = (element: string, value: string | number): ElementSpec => text(tag(element), 'IS', String(value))
const ds = (element: string, value: string | number): ElementSpec => text(tag(element), 'DS', String(value))
const cs = (element: string, value: string): ElementSpec => text(tag(element), 'CS', value)
const fd = (element: string, ...values: number[]): ElementSpec => ({
  tag: tag(element),
  vr: 'FD',
  value: new Uint8Array(Float64Array.from(values).buffer)
})
const ul = (element: string, ...values: number[]): ElementSpec => ({
  tag: tag(element),
  vr: 'UL',
  value: new Uint8Array(Uint32Array.from(values).buffer)
})

/** An axial slice at that height. */
function slice(name: string, z: number, extra: ElementSpec[] = [], options: ImageOptions = {}): SliceSpec {
  return { name, position: [0, 0, z], orientation: axial, spacing: [1, 1], extra, ...options }
}

/** Two slices for each value, given in an order that mixes the stacks. */
function twice<T>(values: T[], elements: (value: T) => ElementSpec[]): SliceSpec[] {
  const names = 'abcdef'
  return [20, 10].flatMap((z) => values.map((value, at) => slice(`${names[at]}${z}`, z, elements(value))))
}
const both = [
  ['a10', 'a20'],
  ['b10', 'b20']
]

describe('a series is parted into stacks', () => {
  it.each<[string, SliceSpec[], string[][], string[]]>([
    [
      'by orientation',
      [
        ...[1, 2].map((z) => slice(`a${z}0`, z)),
        ...[2, 1].map((y) =>
          slice(`b${y}0`, 0, [], { orientation: [1, 0, 0, 0, 0, -1], position: [0, y, 0] })
        )
      ],
      both,
      ['axial', 'coronal']
    ],
    [
      'by image size',
      [10, 20].flatMap((z) => [slice(`a${z}`, z), slice(`b${z}`, z, [], { rows: 4 })]),
      both,
      ['3 x 2', '3 x 4']
    ],
    [
      'by pixel spacing',
      [10, 20].flatMap((z) => [slice(`a${z}`, z), slice(`b${z}`, z, [], { spacing: [2, 2] })]),
      both,
      ['pixels of 1 x 1 mm', 'pixels of 2 x 2 mm']
    ],
    ['by echo', twice([1, 2], (value) => [is('00180086', value)]), both, ['echo 1', 'echo 2']],
    ['by temporal position', twice([1, 2], (value) => [is('00200100', value)]), both, ['time 1', 'time 2']],
    [
      'by acquisition',
      twice([3, 4], (value) => [is('00200012', value)]),
      both,
      ['acquisition 3', 'acquisition 4']
    ],
    ['by b-value', twice([0, 1000], (value) => [fd('00189087', value)]), both, ['b-value 0', 'b-value 1000']],
    [
      "by a maker's b-value",
      twice([0, 800], (value) => [text([0x0019, 0x0010], 'LO', 'SIEMENS MR HEADER'), is('0019100c', value)]),
      both,
      ['b-value 0', 'b-value 800']
    ],
    [
      'by kind of image',
      twice(['M', 'P'], (value) => [cs('00080008', `ORIGINAL\\PRIMARY\\${value}`)]),
      both,
      ['image type ORIGINAL PRIMARY M', 'image type ORIGINAL PRIMARY P']
    ],
    [
      'by slice thickness',
      twice([1, 5], (value) => [ds('00180050', value)]),
      both,
      ['slice thickness 1', 'slice thickness 5']
    ],
    [
      'by frame of reference, whose positions can not be compared',
      ['2.25.31', '2.25.32'].flatMap((uid, at) =>
        [10, 20].map((z) => slice(`${'ab'[at]}${z}`, z, [text([0x0020, 0x0052], 'UI', uid)]))
      ),
      both,
      ['frame of reference 1', 'frame of reference 2']
    ],
    [
      'by being a localizer, even where it lies along',
      [
        slice('a10', 10, [cs('00080008', 'ORIGINAL\\PRIMARY\\AXIAL')]),
        slice('a20', 20, [cs('00080008', 'ORIGINAL\\PRIMARY\\AXIAL')]),
        slice('scout', 15, [cs('00080008', 'ORIGINAL\\PRIMARY\\LOCALIZER')])
      ],
      [['a10', 'a20'], ['scout']],
      ['', 'localizer']
    ],
    [
      'by the phase of the heart, which comes at other times in each slice',
      [
        slice('a10', 10, [ds('00181060', 0)]),
        slice('b10', 10, [ds('00181060', 41.5)]),
        slice('b20', 20, [ds('00181060', 43)]),
        slice('a20', 20, [ds('00181060', 1)])
      ],
      both,
      ['pass 1', 'pass 2']
    ],
    [
      'by a second pass, told from the first by its numbers alone',
      [slice('a20', 20, [is('00200013', 2)]), slice('b10', 10, [is('00200013', 3)])].concat([
        slice('a10', 10, [is('00200013', 1)]),
        slice('b20', 20, [is('00200013', 4)])
      ]),
      both,
      ['pass 1', 'pass 2']
    ]
  ])('%s', async (_, specs, expected, labels) => {
    const built = await buildStudiesOf(specs)
    expect(namesByStack(built)).toEqual(expected)
    expect(built.studies[0]?.series.map(({ description }) => description)).toEqual(labels)
    expect(built.problems).toEqual([])
  })

  it('but not by pixel spacings that are only rounded otherwise', async () => {
    const spacings = [0.48825, 0.48824999, 0.48825001, 0.48825]
    const specs = spacings.map((mm, at) => slice(`a${at}`, at, [], { spacing: [mm, mm] }))
    const built = await buildStudiesOf(specs)
    expect(namesByStack(built)).toEqual([['a0', 'a1', 'a2', 'a3']])
    expect(built.problems).toEqual([])
  })

  it('by pixel spacings that differ in the third digit', async () => {
    const specs = [0.488, 0.491].flatMap((mm, at) =>
      [10, 20].map((z) => slice(`${'ab'[at]}${z}`, z, [], { spacing: [mm, mm] }))
    )
    expect(namesByStack(await buildStudiesOf(specs))).toEqual(both)
  })

  it('by echo times, but not by how these are rounded', async () => {
    const echoes: [string, number, string][] = [
      ['a10', 10, '4.6'],
      ['b10', 10, '9.2'],
      ['a20', 20, '4.60001'],
      ['b20', 20, '9.19999']
    ]
    const built = await buildStudiesOf(echoes.map(([name, z, ms]) => slice(name, z, [ds('00180081', ms)])))
    expect(namesByStack(built)).toEqual(both)
    const labels = built.studies[0]?.series.map(({ description }) => description)
    expect(labels).toEqual(['echo time 4.6', 'echo time 9.2'])
  })

  it('by two facts at once', async () => {
    const specs = [10, 20].flatMap((z) =>
      [0, 500].flatMap((b) =>
        [1, 2].map((time) => slice(`t${time}b${b}z${z}`, z, [is('00200100', time), fd('00189087', b)]))
      )
    )
    const built = await buildStudiesOf(specs)
    expect(namesByStack(built)).toEqual([
      ['t1b0z10', 't1b0z20'],
      ['t1b500z10', 't1b500z20'],
      ['t2b0z10', 't2b0z20'],
      ['t2b500z10', 't2b500z20']
    ])
    expect(built.studies[0]?.series[3]?.description).toBe('time 2, b-value 500')
  })

  it('by acquisition where a second one lies between the slices of the first', async () => {
    const specs = [0, 5, 10].flatMap((z) => [
      slice(`a${z}`, z, [is('00200012', 1)]),
      slice(`b${z}`, z + 0.8, [is('00200012', 2)])
    ])
    expect(namesByStack(await buildStudiesOf(specs))).toEqual([
      ['a0', 'a5', 'a10'],
      ['b0', 'b5', 'b10']
    ])
  })

  it('not by acquisitions that follow one another, or that lie evenly between each other', async () => {
    const after = [0, 5, 10, 15, 20, 25].map((z, at) => slice(`s${z}`, z, [is('00200012', at < 3 ? 1 : 2)]))
    const between = [0, 5, 10, 15, 20, 25].map((z, at) => slice(`s${z}`, z, [is('00200012', at % 2)]))
    for (const specs of [after, between]) expect(namesByStack(await buildStudiesOf(specs))).toHaveLength(1)
  })

  it('where the spacing of slices changes for good, and says so', async () => {
    const heights = [0, 2.5, 5, 7.5, 10, 15, 20, 25, 30]
    const built = await buildStudiesOf(heights.map((z) => slice(`s${z}`, z)))
    expect(namesByStack(built)).toEqual([
      ['s0', 's2.5', 's5', 's7.5', 's10'],
      ['s15', 's20', 's25', 's30']
    ])
    expect(built.studies[0]?.series.map(({ description }) => description)).toEqual([
      '2.50 mm apart',
      '5.00 mm apart'
    ])
    expect(built.problems).toMatchObject([{ code: 'stack-split', note: true }])
    expect(built.problems[0]?.message).toContain('2.50 to 5.00 mm')
  })

  it('not at a gap, which is reported with its place', async () => {
    const built = await buildStudiesOf([0, 1, 2, 3, 7, 8, 9, 10].map((z) => slice(`s${z}`, z)))
    expect(namesByStack(built)).toHaveLength(1)
    expect(built.problems).toMatchObject([{ code: 'slice-gap', seriesId: 's1-1' }])
    expect(built.problems[0]?.message).toBe('1 gap of 4.00 mm where 1.00 mm is usual, after slice 4')
  })

  it('not where all frames lie at one place: a series of times is a stack in itself', async () => {
    const built = await buildStudiesOf([3, 1, 2].map((time) => slice(`t${time}`, 5, [is('00200100', time)])))
    expect(namesByStack(built)).toEqual([['t1', 't2', 't3']])
    expect(built.problems[0]?.message).toBe('all positions are alike; ordered by Temporal Position')
  })
})

describe('images at one place that nothing tells apart', () => {
  it('are all shown, and reported with their place', async () => {
    const heights = [10, 20, 20, 30]
    const built = await buildStudiesOf(heights.map((z, at) => slice(`s${at}`, z, [is('00200013', at + 1)])))
    expect(namesByStack(built)).toEqual([['s0', 's1', 's2', 's3']])
    expect(built.problems).toMatchObject([{ code: 'duplicate-position' }])
    expect(built.problems[0]?.message).toContain('at one place (the first at 20.00 mm)')
  })

  it('are one image where the UID is the same, and two where only the UID is', async () => {
    const same = await buildStudiesOf(
      [10, 10, 20].map((z, at) => slice(`s${at}`, z, [], { instanceUid: `2.25.5${z}` }))
    )
    expect(namesByStack(same)).toEqual([['s0', 's2']])
    expect(same.problems).toMatchObject([{ code: 'duplicate-image', path: '/series/s1' }])
    const others = await buildStudiesOf(
      [10, 20, 30].map((z) => slice(`s${z}`, z, [], { instanceUid: '2.25.5' }))
    )
    expect(namesByStack(others)).toEqual([['s10', 's20', 's30']])
  })
})

describe('the order of numbers', () => {
  it.each<[string, number[], string[]]>([
    ['against the positions is noted', [3, 2, 1], ['order-reversed']],
    ['along the positions is as expected', [1, 2, 3], []],
    ['of an interleaved scan says nothing', [1, 3, 2], []]
  ])('%s', async (_, numbers, codes) => {
    const built = await buildStudiesOf(numbers.map((n, at) => slice(`s${at}`, at, [is('00200013', n)])))
    expect(namesByStack(built)).toEqual([['s0', 's1', 's2']])
    expect(built.problems.map(({ code }) => code)).toEqual(codes)
    expect(built.problems.every(({ note }) => note)).toBe(true)
  })
})

describe('positions of some images only', () => {
  it('order nothing, and it is said how many are missing', async () => {
    const specs = [3, 1, 2].map((n) => slice(`s${n}`, n, [is('00200013', n)]))
    delete specs[1]?.position
    const built = await buildStudiesOf(specs)
    expect(namesByStack(built)).toEqual([['s1', 's2', 's3']])
    expect(built.problems).toMatchObject([
      {
        code: 'order-fallback',
        message: 'positions are missing in 1 of 3 images; ordered by Instance Number'
      }
    ])
  })
})

/** A frame's functional groups: its place, and Frame Content with these elements. */
function frame(z: number | null, content: ElementSpec[], further: ElementSpec[] = []): ElementSpec[] {
  const place = z === null ? [] : [sq([0x0020, 0x9113], [ds('00200032', `0\\0\\${z}`)])]
  return [...further, ...place, sq([0x0020, 0x9111], content)]
}

/** An enhanced MR image with these dimensions (attributes that the indices count), each of them called `label`. */
function enhanced(
  pointers: string[],
  frames: ElementSpec[][],
  options: ImageOptions = {},
  label?: string
): SliceSpec {
  const pointer = (value: string): ElementSpec => ({
    tag: [0x0020, 0x9165],
    vr: 'AT',
    value: new Uint8Array(Uint16Array.of(...tag(value)).buffer)
  })
  const name = label === undefined ? [] : [text([0x0020, 0x9421], 'LO', label)]
  const extra = [
    sq([0x0020, 0x9222], ...pointers.map((value) => [pointer(value), ...name])),
    sq([0x5200, 0x9229], [sq([0x0020, 0x9116], [ds('00200037', axial.join('\\'))])]),
    sq([0x5200, 0x9230], ...frames)
  ]
  return { name: 'enhanced', rows: 1, columns: 2, frames: frames.length, extra, ...options }
}
const indices = (...values: number[]): ElementSpec => ul('00209157', ...values)

describe('frames of enhanced images', () => {
  it('are parted by a dimension that is not of space, whatever it is called', async () => {
    // Stack ID, In-Stack Position, and an attribute of a maker
    const pointers = ['00209056', '00209057', '00211001']
    const frames = [
      [20, 2, 1],
      [20, 2, 2],
      [10, 1, 2],
      [10, 1, 1]
    ].map(([z, place, kind]) => frame(z as number, [indices(1, place as number, kind as number)]))
    const built = await buildStudiesOf([enhanced(pointers, frames)])
    expect(namesByStack(built)).toEqual([
      [3, 0],
      [2, 1]
    ])
    expect(built.studies[0]?.series.map(({ description }) => description)).toEqual([
      'dimension 3 index 1',
      'dimension 3 index 2'
    ])
    expect(built.problems).toEqual([])
  })

  it('are named by the index of a dimension as such where its value is not known', async () => {
    const frames = [20, 10].flatMap((z) => [1, 2].map((kind) => frame(z, [indices(kind)])))
    const labelled = async (pointer: string, label?: string): Promise<string[]> => {
      const built = await buildStudiesOf([enhanced([pointer], frames, {}, label)])
      expect(namesByStack(built)).toEqual([
        [2, 0],
        [3, 1]
      ])
      return (built.studies[0]?.series ?? []).map(({ description }) => description)
    }
    // Diffusion b-value; an attribute of a maker with a name, and Temporal Position Index
    expect(await labelled('00189087')).toEqual(['b-value index 1', 'b-value index 2'])
    expect(await labelled('00211001', 'Flow')).toEqual(['flow index 1', 'flow index 2'])
    expect(await labelled('00209128', 'Phase')).toEqual(['time index 1', 'time index 2'])
  })

  it('are parted by time, by diffusion and by stack', async () => {
    const diffusion = (b: number): ElementSpec => sq([0x0018, 0x9117], [fd('00189087', b)])
    const stack = (id: string): ElementSpec => text([0x0020, 0x9056], 'SH', id)
    const frames = [
      frame(20, [stack('1'), ul('00209128', 2)], [diffusion(0)]),
      frame(10, [stack('1'), ul('00209128', 1)], [diffusion(0)]),
      frame(10, [stack('1'), ul('00209128', 2)], [diffusion(0)]),
      frame(20, [stack('1'), ul('00209128', 1)], [diffusion(0)]),
      frame(20, [stack('2')], [diffusion(700)]),
      frame(10, [stack('2')], [diffusion(0)]),
      frame(10, [stack('2')], [diffusion(700)]),
      frame(20, [stack('2')], [diffusion(0)])
    ]
    const built = await buildStudiesOf([enhanced([], frames)])
    expect(namesByStack(built)).toEqual([
      [1, 3],
      [2, 0],
      [5, 7],
      [6, 4]
    ])
    expect(built.studies[0]?.series.map(({ description }) => description)).toEqual([
      'stack 1, time 1',
      'stack 1, time 2',
      'stack 2, b-value 0',
      'stack 2, b-value 700'
    ])
  })

  it('without places are ordered by their dimension index, parted by time, and it is said', async () => {
    const frames = [
      [2, 2],
      [1, 1],
      [1, 2],
      [2, 1]
    ].map(([time, place]) =>
      frame(null, [
        ul('00209057', place as number),
        ul('00209128', time as number),
        indices(time as number, place as number)
      ])
    )
    const built = await buildStudiesOf([enhanced(['00209128', '00209057'], frames)])
    expect(namesByStack(built)).toEqual([
      [1, 2],
      [3, 0]
    ])
    expect(built.problems.map(({ message }) => message)).toEqual([
      'positions are missing; ordered by dimension index',
      'positions are missing; ordered by dimension index'
    ])
  })

  it('without an in-stack number follow all of their dimensions, the first one slowest', async () => {
    const frames = [
      [2, 1],
      [1, 2],
      [1, 1],
      [2, 2]
    ].map((values) => frame(null, [indices(...values)]))
    const built = await buildStudiesOf([enhanced(['00211001', '00200032'], frames)])
    expect(namesByStack(built)).toEqual([[2, 1, 0, 3]])
  })

  it('of a cine of one plane stay together, in the order of their dimension', async () => {
    const frames = [3, 1, 2].map((time) => frame(5, [indices(time), us([0x0020, 0x9156], time)]))
    const built = await buildStudiesOf([enhanced(['00209153'], frames)])
    expect(namesByStack(built)).toEqual([[1, 2, 0]])
    expect(built.problems[0]?.message).toBe('all positions are alike; ordered by dimension index')
  })
})
