import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { NidusError } from '../../src-main/contract/errors'
import type { StoredFrame } from '../../src-main/image/image-types'
import { openImage } from '../../src-main/image/open-image'
import { readImageHeader } from '../../src-main/image/read-image-header'
import { toModalityValues } from '../../src-main/image/to-modality-values'
import { openStudies } from '../../src-main/study/open-studies'
import { readSlice } from '../../src-main/study/read-slice'
import { damageFile, keepsFrames, seededRandom } from './damage-file'

/** The files to damage, sent once, every third input from the others; then one number of an input at a time. */
export type ToChild = { files: string[]; others: string[]; seed: number } | { input: number }

/** What became of an input: `surprises` are what should not have been. */
export interface FromChild {
  input: number
  name: string
  surprises: string[]
  /** pixels came out */
  decoded: boolean
  /** frames held against the undamaged ones */
  compared: number
  /** the most memory that the process ever held */
  peakBytes: number
}

const mostFrames = 2
let paths: string[] = []
let otherPaths: string[] = []
let seed = 1
const contents = new Map<string, Uint8Array>()
const soundFrames = new Map<string, Promise<(string | null)[]>>()

process.on('message', (message: ToChild) => {
  if ('files' in message) {
    paths = message.files
    otherPaths = message.others
    seed = message.seed
  } else void tryInput(message.input).then((answer) => process.send?.(answer))
})

async function tryInput(input: number): Promise<FromChild> {
  const random = seededRandom(seed * 1_000_003 + input)
  const among = input % 3 === 2 ? otherPaths : paths
  const pick = (): string => among[Math.floor(random() * among.length)] as string
  const name = pick()
  const { bytes, damage } = damageFile(contentOf(name), contentOf(pick()), random)
  const surprises: string[] = []
  const note = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      if (error instanceof NidusError && error.code !== 'internal') return
      surprises.push(`${damage}: ${String((error as Error).stack ?? error)}`)
    }
  }
  await note(() => readImageHeader(bytes.subarray(0, Math.floor(random() * bytes.length) + 1), false))
  let decoded = false
  let compared = 0
  if (name.endsWith('.zip')) {
    await note(async () => (decoded = await openArchive(name, bytes)))
    return { input, name, surprises, decoded, compared, peakBytes: process.resourceUsage().maxRSS * 1024 }
  }
  await note(async () => {
    const image = await openImage(bytes)
    for (let frame = 0; frame < Math.min(mostFrames, image.frameCount); frame++) {
      const stored = await image.readFrame(frame, { partial: input % 2 === 1 })
      decoded = true
      const { rows, columns, samplesPerPixel } = image.header
      if (stored.values.length !== rows * columns * samplesPerPixel) throw new Error('pixels of another size')
      toModalityValues(stored, image.header, frame)
      await image.readOverlay?.(frame)
      if (!keepsFrames.includes(damage) || stored.missingBytes) continue
      const sound = (await framesOf(name))[frame]
      if (!sound) continue
      compared++
      if (sound !== hashOf(stored)) throw new Error(`frame ${frame} came out wrong, and unmarked`)
    }
  })
  return { input, name, surprises, decoded, compared, peakBytes: process.resourceUsage().maxRSS * 1024 }
}

/** Opens a damaged archive from beside the sound one, as a reader would. @returns whether pixels came out */
async function openArchive(sound: string, bytes: Uint8Array): Promise<boolean> {
  const path = join(dirname(sound), `damaged-${process.pid}.zip`)
  writeFileSync(path, bytes)
  const { studies } = await openStudies([path])
  const slices = studies.flatMap(({ series }) =>
    series.flatMap((one) => one.slices.map((slice) => ({ one, slice })))
  )
  for (const { one, slice } of slices.slice(0, mostFrames)) await readSlice(one, slice, { partial: true })
  return slices.length > 0
}

function contentOf(path: string): Uint8Array {
  const bytes = contents.get(path) ?? new Uint8Array(readFileSync(path))
  contents.set(path, bytes)
  return bytes
}

/** Hashes of the undamaged frames; null for those that cannot be read either. */
function framesOf(path: string): Promise<(string | null)[]> {
  const known = soundFrames.get(path)
  if (known) return known
  const reading = openImage(contentOf(path)).then(
    (image) =>
      Promise.all(
        Array.from({ length: Math.min(mostFrames, image.frameCount) }, (_, frame) =>
          image.readFrame(frame).then(hashOf, () => null)
        )
      ),
    () => []
  )
  soundFrames.set(path, reading)
  return reading
}

function hashOf({ values, rows, columns, photometricInterpretation }: StoredFrame): string {
  return createHash('sha256')
    .update(`${rows}|${columns}|${photometricInterpretation}|`)
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex')
}
