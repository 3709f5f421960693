import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { startOpenJpeg, type OpenJpeg } from '../../../../../src-main/image/dicom/start-openjpeg'

/** Frames of other encoders, as independent-encoders.test.ts has them. */
const samples = (
  JSON.parse(readFileSync(resolve(__dirname, '../../../../fixtures/codecs/frames.json'), 'utf8')) as {
    name: string
    transferSyntaxUid: string
    frame: string
  }[]
).filter(({ transferSyntaxUid }) => /\.4\.(9[01]|20[123])$/.test(transferSyntaxUid))

const started: OpenJpeg[] = []

async function start(): Promise<OpenJpeg> {
  const openJpeg = await startOpenJpeg()
  started.push(openJpeg)
  return openJpeg
}

afterEach(() => {
  for (const openJpeg of started.splice(0)) openJpeg.end()
})

/** The samples that a frame decodes to, in hexadecimal digits. */
function decode({ exports, memory }: OpenJpeg, frame: string, threads: number): string {
  const encoded = Buffer.from(frame, 'base64')
  const at = exports.allocate(encoded.length)
  new Uint8Array(memory.buffer, at, encoded.length).set(encoded)
  const samplesAt = exports.decode(at, encoded.length, 1, threads)
  exports.release(at)
  expect(samplesAt).not.toBe(0)
  const [columns, rows, components, bits] = new Int32Array(memory.buffer, exports.facts(), 4)
  const bytes = columns * rows * components * (bits <= 8 ? 1 : 2)
  const decoded = Buffer.from(memory.buffer, samplesAt, bytes).toString('hex')
  exports.release(samplesAt)
  return decoded
}

describe('OpenJPEG on several threads', () => {
  it('has frames to decode', () => {
    expect(samples.length).toBeGreaterThan(5)
  })

  it('gives the same samples as on one, however often, also while threads are starting', async () => {
    const alone = await start()
    const helped = await start()
    expect(alone.threads).toBe(1)
    const wanted = samples.map(({ frame }) => decode(alone, frame, 1))
    // lists of jobs are made for any number of threads, whether or not they are there yet
    const threads = 4
    expect(samples.map(({ frame }) => decode(helped, frame, threads))).toEqual(wanted)
    helped.startHelpers()
    for (let time = 0; time < 30; time++) {
      expect(samples.map(({ frame }) => decode(helped, frame, threads))).toEqual(wanted)
    }
  })

  it('gives up, instead of waiting, where a thread that helps has come to grief', async () => {
    const openJpeg = await start()
    openJpeg.exports.fail()
    expect(() => decode(openJpeg, samples[0].frame, 2)).toThrow(WebAssembly.RuntimeError)
  })
})
