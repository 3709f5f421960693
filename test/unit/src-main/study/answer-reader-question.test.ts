import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { SlicePixelsMessage, ThumbnailMessage } from '../../../../src-main/contract/channels'
import type { Series } from '../../../../src-main/contract/study'
import { answerReaderQuestion } from '../../../../src-main/study/answer-reader-question'
import { openStudies } from '../../../../src-main/study/open-studies'
import {
  buildDicom,
  imageElements,
  pixelData,
  text,
  us,
  words,
  type ImageOptions
} from '../../../helpers/build-dicom'
import { temporaryFolder } from '../../../helpers/temporary-folder'

const folder = temporaryFolder()
let files = 0

async function shownOf(options: ImageOptions, pixels: Uint8Array) {
  const path = join(folder, `file-${++files}`)
  writeFileSync(path, buildDicom(imageElements(options, pixelData(pixels))))
  const { studies } = await openStudies([path])
  const series = studies[0]?.series[0] as Series
  const ask = (kind: 'pixels' | 'thumbnail') =>
    answerReaderQuestion(
      { kind, series, slice: series.slices[0]! },
      () => undefined,
      new AbortController().signal
    )
  return {
    pixels: (await ask('pixels')) as SlicePixelsMessage,
    thumbnail: (await ask('thumbnail')) as ThumbnailMessage
  }
}

describe('what the window is given of a slice', () => {
  it('is in colour for YBR as for RGB, in the pane and in the list', async () => {
    const ybr = { rows: 1, columns: 2, samplesPerPixel: 3, planarConfiguration: 0, bitsAllocated: 8 }
    const { pixels, thumbnail } = await shownOf(
      { ...ybr, photometric: 'YBR_FULL' },
      Uint8Array.of(76, 85, 255, 29, 255, 107)
    )
    // red and blue by PS3.3 C.7.6.3.1.2; the luminance goes into statistics and models
    expect(Array.from(pixels.rgb ?? [])).toEqual([254, 0, 0, 0, 0, 254])
    expect(Array.from(thumbnail.rgb)).toEqual([254, 0, 0, 0, 0, 254])
    expect(Array.from(pixels.values)).toEqual([76, 29])
  })

  it('says which pixels are padding, leaves them out of the range and black in the list', async () => {
    const extra = [us([0x0028, 0x0120], 4095)]
    const options = { rows: 1, columns: 3, window: ['50', '100'] as [string, string], extra }
    const { pixels, thumbnail } = await shownOf(options, words(4095, 10, 90))
    expect(Array.from(pixels.padding ?? [])).toEqual([1, 0, 0])
    expect([pixels.minimum, pixels.maximum]).toEqual([10, 90])
    // PS3.3 C.11.2.1.2.1: 255 * ((x - 49.5) / 99 + 0.5)
    expect(Array.from(thumbnail.rgb)).toEqual([0, 0, 0, 26, 26, 26, 232, 232, 232])
  })

  it('is grey with single pixels in colour where the header has a supplemental palette', async () => {
    const tables = [words(0xff00, 0), words(0, 0xff00), words(0, 0x8000)].flatMap((value, channel) => [
      us([0x0028, 0x1101 + channel], 2, 1000, 16),
      { tag: [0x0028, 0x1201 + channel] as [number, number], vr: 'OW', value }
    ])
    const options: ImageOptions = {
      rows: 1,
      columns: 4,
      window: ['50', '100'],
      extra: [text([0x0008, 0x9205], 'CS', 'COLOR'), ...tables] // Pixel Presentation
    }
    const { pixels, thumbnail } = await shownOf(options, words(10, 1000, 1001, 90))
    expect(pixels.rgb).toBeNull()
    expect(Array.from(pixels.supplement ?? [])).toEqual(
      [[0, 0, 0, 0], [255, 0, 0, 255], [0, 255, 128, 255], [0, 0, 0, 0]].flat() // prettier-ignore
    )
    // numbers of colours are no measurements
    expect([pixels.minimum, pixels.maximum]).toEqual([10, 90])
    // PS3.3 C.11.2.1.2.1: 255 * ((x - 49.5) / 99 + 0.5)
    expect(Array.from(thumbnail.rgb)).toEqual([26, 26, 26, 255, 0, 0, 0, 255, 128, 232, 232, 232])
    const without = await shownOf({ ...options, extra: tables }, words(10, 1000, 1001, 90))
    expect(without.pixels.supplement).toBeNull()
  })

  it('shows the numbers of segments from 0 to the highest, though 0 is called padding', async () => {
    const extra = [us([0x0028, 0x0120], 0)]
    const options = { rows: 1, columns: 4, bitsAllocated: 8, modality: 'SEG', extra }
    const { thumbnail } = await shownOf(options, Uint8Array.of(0, 5, 10, 20))
    const levels = Array.from(thumbnail.rgb).filter((_, at) => at % 3 === 0)
    // 255 * x / 20
    expect(levels).toEqual([0, 64, 128, 255])
  })

  it('keeps stored values that 32-bit floating point cannot hold', async () => {
    const bytes = new Uint8Array(Uint32Array.of(16_777_217, 4_294_967_295).buffer)
    const { pixels } = await shownOf({ rows: 1, columns: 2, bitsAllocated: 32 }, bytes)
    expect(Array.from(pixels.stored ?? [])).toEqual([16_777_217, 4_294_967_295])
  })
})
