import { describe, expect, it } from 'vitest'
import { sq, text, type ElementSpec, type ImageOptions } from '../../../helpers/build-dicom'
import { buildStudiesOf, namesByStack, type SliceSpec } from '../../../helpers/build-studies-of'

/**
 * Series as scanners, exports and PACS leave them. Expected orders are written out by hand from the positions along the
 * normal, row x column of Image Orientation (PS3.3 C.7.6.2.1.1).
 */
const axial = [1, 0, 0, 0, 1, 0]
const element = (tag: string, vr: string, value: string | number): ElementSpec =>
  text([parseInt(tag.slice(0, 4), 16), parseInt(tag.slice(4), 16)], vr, String(value))
const fd = (tag: string, ...values: number[]): ElementSpec => ({
  ...element(tag, 'FD', ''),
  value: new Uint8Array(Float64Array.from(values).buffer)
})
const number = (value: number): ElementSpec => element('00200013', 'IS', value)

function slice(name: string, z: number, extra: ElementSpec[] = [], options: ImageOptions = {}): SliceSpec {
  return { name, position: [0, 0, z], orientation: axial, spacing: [1, 1], extra, ...options }
}

const labels = ({ studies }: Awaited<ReturnType<typeof buildStudiesOf>>): string[] =>
  studies.flatMap(({ series }) => series.map(({ description }) => description))
const said = ({ problems }: Awaited<ReturnType<typeof buildStudiesOf>>): string[] =>
  problems.map(({ code, message, note }) => `${note ? 'note ' : ''}${code}: ${message}`)

describe('stacks stand in the order in which the scanner made them', () => {
  it('whatever their files are called', async () => {
    // echo 2 is met first; so is the larger image
    const echoes = [2, 1].flatMap((echo) =>
      [1, 2].map((at) =>
        slice(`e${echo}${at}`, at, [element('00180086', 'IS', echo), number(10 * echo + at)])
      )
    )
    expect(labels(await buildStudiesOf(echoes))).toEqual(['echo 1', 'echo 2'])
    const sizes = [4, 3].flatMap((rows) =>
      [1, 2].map((at) => slice(`r${rows}${at}`, at, [number(10 * rows + at)], { rows }))
    )
    expect(labels(await buildStudiesOf(sizes))).toEqual(['3 x 3', '3 x 4'])
  })

  it('localizers of three directions before the scan that was planned on them', async () => {
    const scout = element('00080008', 'CS', 'ORIGINAL\\PRIMARY\\LOCALIZER')
    const [coronal, sagittal] = [
      [1, 0, 0, 0, 0, -1],
      [0, 1, 0, 0, 0, -1]
    ]
    const built = await buildStudiesOf([
      ...[11, 12, 13].map((n) => slice(`scan${n}`, n, [number(n)])),
      ...[axial, coronal, sagittal].map((orientation, at) =>
        slice(`scout${at}`, 0, [scout, number(at + 1)], { orientation })
      )
    ])
    expect(namesByStack(built)).toEqual([['scout0'], ['scout1'], ['scout2'], ['scan11', 'scan12', 'scan13']])
  })

  it('repeats of a whole stack by their numbers, the first one first', async () => {
    const specs = [2, 1].flatMap((pass) =>
      [20, 10].map((z) => slice(`p${pass}z${z}`, z, [number(100 * pass + z)]))
    )
    const built = await buildStudiesOf(specs)
    expect(namesByStack(built)).toEqual([
      ['p1z10', 'p1z20'],
      ['p2z10', 'p2z20']
    ])
    expect(labels(built)).toEqual(['pass 1', 'pass 2'])
  })

  it('ten phases of a heart by their times, which are others in each slice', async () => {
    const specs = [9, 3, 0, 7, 1, 8, 2, 6, 4, 5].flatMap((phase) =>
      [0, 5].map((z) => slice(`t${phase}z${z}`, z, [element('00181060', 'DS', phase * 40 + z / 3)]))
    )
    expect(namesByStack(await buildStudiesOf(specs))).toEqual(
      Array.from({ length: 10 }, (_, phase) => [`t${phase}z0`, `t${phase}z5`])
    )
  })
})

describe('stacks that only one fact tells apart are called by it', () => {
  it.each<[string, string, ElementSpec[][]]>([
    ['echo time 15', 'echo time 90', [15, 90].map((ms) => [element('00180081', 'DS', ms)])],
    ['inversion time 150', 'inversion time 2500', [150, 2500].map((ms) => [element('00180082', 'DS', ms)])],
    ['flip angle 4', 'flip angle 18', [4, 18].map((angle) => [element('00181314', 'DS', angle)])],
    ['tube voltage 80', 'tube voltage 140', [80, 140].map((kv) => [element('00180060', 'DS', kv)])],
    [
      'b-value 1000, direction 0 0.707 -0.707',
      'b-value 1000, direction 1 0 0',
      [
        [0, Math.SQRT1_2, -Math.SQRT1_2],
        [1, 0, 0]
      ].map((direction) => [fd('00189087', 1000), fd('00189089', ...direction)])
    ]
  ])('%s and %s', async (first, second, elements) => {
    const built = await buildStudiesOf(
      [1, 2].flatMap((z) => elements.map((extra, at) => slice(`${'ab'[at]}${z}`, z, extra)))
    )
    expect(labels(built)).toEqual([first, second])
    expect(namesByStack(built)).toEqual([
      ['a1', 'a2'],
      ['b1', 'b2']
    ])
  })
})

describe('what makes a stack misleading is said', () => {
  it('a slice that lies beside the others, in a stack that is turned twice', async () => {
    // rows and columns of rotations by 0.3 about y and 0.4 about x
    const [cy, sy, cx, sx] = [Math.cos(0.3), Math.sin(0.3), Math.cos(0.4), Math.sin(0.4)]
    const row = [cy, 0, -sy]
    const column = [sy * sx, cx, cy * sx]
    const normal = [sy * cx, -sx, cy * cx]
    const place = (at: number, aside = 0): [number, number, number] =>
      [0, 1, 2].map((axis) => 3 * at * normal[axis]! + aside * row[axis]!) as [number, number, number]
    const turned = (name: string, at: number, aside = 0): SliceSpec =>
      slice(name, 0, [], { orientation: [...row, ...column], position: place(at, aside) })
    const straight = await buildStudiesOf([4, 1, 3, 0, 2].map((at) => turned(`s${at}`, at)))
    expect(namesByStack(straight)).toEqual([['s0', 's1', 's2', 's3', 's4']])
    expect(said(straight)).toEqual([])
    const shifted = await buildStudiesOf([4, 1, 3, 0, 2].map((at) => turned(`s${at}`, at, at === 3 ? 7 : 0)))
    expect(said(shifted)).toEqual([
      'slice-shifted: slice 4 is shifted sideways by 7.00 mm against the others'
    ])
  })

  it('a gantry that leans, with and without the scanner saying so, and no more than that', async () => {
    // the column direction is turned by 20 degrees, the table moves along z
    const orientation = [1, 0, 0, 0, Math.cos(Math.PI / 9), -Math.sin(Math.PI / 9)]
    for (const extra of [[], [element('00181120', 'DS', 20)]]) {
      const built = await buildStudiesOf(
        [0, 1, 2, 3].map((at) => slice(`s${at}`, 5 * at, extra, { orientation }))
      )
      expect(said(built)).toEqual([
        'gantry-tilt: tilted gantry: slices lean 20.0 degrees against their normal'
      ])
    }
    // positions, not the tag, say where slices lie (PS3.3 C.7.6.2.1.1)
    const upright = await buildStudiesOf(
      [0, 1, 2].map((z) => slice(`s${z}`, z, [element('00181120', 'DS', 20)]))
    )
    expect(said(upright)).toEqual([])
  })

  it('nothing of positions and directions that are rounded', async () => {
    const heights = [0, 3.00007, 5.99991, 9.00004, 12.0001, 14.99995]
    const built = await buildStudiesOf(
      heights.map((z, at) =>
        slice(`s${at}`, z, [], {
          orientation: [1, (at % 2) * 1e-4, 0, 0, 1, (at % 3) * -1e-4],
          position: [(at % 2) * 1e-4, (at % 3) * 1e-4, z]
        })
      )
    )
    expect(namesByStack(built)).toEqual([['s0', 's1', 's2', 's3', 's4', 's5']])
    expect(said(built)).toEqual([])
  })

  it('several gaps by their number, the widest and the first', async () => {
    const heights = [0, 1, 2, 3, 5, 6, 7, 8, 11, 12, 13, 15, 16]
    expect(said(await buildStudiesOf(heights.map((z) => slice(`s${z}`, z))))).toEqual([
      'slice-gap: 3 gaps, the widest of 3.00 mm where 1.00 mm is usual, the first after slice 4'
    ])
  })

  it('a time that lacks a slice', async () => {
    const specs = [1, 2, 3, 4].flatMap((time) =>
      [0, 5, 10].map((z) => slice(`t${time}z${z}`, z, [element('00200100', 'IS', time)]))
    )
    const built = await buildStudiesOf(specs.filter(({ name }) => name !== 't3z5'))
    expect(namesByStack(built)[2]).toEqual(['t3z0', 't3z10'])
    expect(said(built)).toEqual([
      'stack-lacking: time 3 has 2 of the 3 slices that most others have: images are missing'
    ])
  })

  it('no more than a note of projections, which lie nowhere', async () => {
    for (const [modality, kind] of [
      ['MG', 'note '],
      ['CT', '']
    ] as const) {
      const built = await buildStudiesOf([2, 1].map((n) => ({ name: `v${n}`, modality, extra: [number(n)] })))
      expect(namesByStack(built)).toEqual([['v1', 'v2']])
      expect(said(built)).toEqual([
        `${kind}order-fallback: positions are missing; ordered by Instance Number`
      ])
    }
  })
})

describe('images of several patients', () => {
  const named = (name: string, z: number, patient: string): SliceSpec =>
    slice(name, z, [element('00100010', 'PN', patient)])

  it('of one study are never one stack', async () => {
    const built = await buildStudiesOf([
      named('a1', 1, 'First^Patient'),
      named('b2', 2, 'Second^Patient'),
      named('a3', 3, 'FIRST^PATIENT^^'),
      named('b4', 4, 'Second^Patient')
    ])
    expect(built.studies.map(({ patientLabel }) => patientLabel)).toEqual(['First Patient', 'Second Patient'])
    expect(namesByStack(built)).toEqual([
      ['a1', 'a3'],
      ['b2', 'b4']
    ])
    expect(said(built)).toEqual(['patients-mixed: its study names several patients, who are shown apart'])
  })

  it('of whom some files lost the name stay together', async () => {
    for (const names of [
      ['', 'First^Patient', ''],
      ['First^Patient', '', 'First^Patient']
    ]) {
      const built = await buildStudiesOf(names.map((name, z) => named(`s${z}`, z, name)))
      expect(namesByStack(built)).toEqual([['s0', 's1', 's2']])
      expect(said(built)).toEqual([])
    }
  })

  it('whose studies share a series UID are two series', async () => {
    const built = await buildStudiesOf(
      [1, 2, 3, 4].map((z) => slice(`s${z}`, z, [], { studyUid: `2.25.70${z % 2}`, seriesUid: '2.25.9' }))
    )
    expect(namesByStack(built)).toEqual([
      ['s1', 's3'],
      ['s2', 's4']
    ])
  })
})

describe('frames of an enhanced image in no order', () => {
  /** A file whose frames are of stacks, places and times as given, in that order. */
  async function build(frames: { stack: string; place: number; time: number; z: number }[]) {
    const group = ({ stack, place, time, z }: (typeof frames)[0]): ElementSpec[] => [
      sq(
        [0x0020, 0x9111],
        [
          element('00209056', 'SH', stack),
          { ...element('00209057', 'UL', ''), value: new Uint8Array(Uint32Array.of(place).buffer) },
          { ...element('00209128', 'UL', ''), value: new Uint8Array(Uint32Array.of(time).buffer) }
        ]
      ),
      sq([0x0020, 0x9113], [element('00200032', 'DS', `0\\0\\${z}`)])
    ]
    return buildStudiesOf([
      {
        name: 'enhanced',
        frames: frames.length,
        orientation: axial,
        extra: [sq([0x5200, 0x9230], ...frames.map(group))]
      }
    ])
  }

  it('are parted by stack, then time, and follow their positions where numbers run against them', async () => {
    // stack 2 lies above stack 1; in-stack positions count downwards
    const frames = [
      { stack: '2', place: 1, time: 2, z: 110 },
      { stack: '1', place: 2, time: 1, z: 0 },
      { stack: '2', place: 2, time: 1, z: 100 },
      { stack: '1', place: 1, time: 2, z: 10 },
      { stack: '1', place: 1, time: 1, z: 10 },
      { stack: '2', place: 2, time: 2, z: 100 },
      { stack: '1', place: 2, time: 2, z: 0 },
      { stack: '2', place: 1, time: 1, z: 110 }
    ]
    const built = await build(frames)
    expect(labels(built)).toEqual([
      'stack 1, time 1',
      'stack 1, time 2',
      'stack 2, time 1',
      'stack 2, time 2'
    ])
    expect(namesByStack(built)).toEqual([
      [1, 4],
      [6, 3],
      [2, 7],
      [5, 0]
    ])
    expect(said(built)).toEqual([])
  })
})
