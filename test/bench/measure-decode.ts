import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { openImage } from '../../src-main/image/open-image'
import { spreadOf } from './measure-time'
import type { ReferencePython } from './reference-python'
import type { SideBySide } from './side-by-side'

/** Opening and decoding, by transfer syntax; the mean over files of each file's fastest repetition. */
export interface DecodeRow {
  transferSyntax: string
  files: number
  frames: number
  msPerFrame: number
  megapixelsPerSecond: number
  /** over the same files; null where pydicom is not at hand or reads none of them */
  pydicomMsPerFrame: number | null
  ratio: number | null
  /** the frames decoded by several readers at once, as the app does; over the files that pydicom reads, too */
  sideBySideMsPerFrame: number | null
  sideBySideRatio: number | null
}

const repetitions = 9

/** Larger files would make the benchmark long and say nothing new. */
const largestBytes = 4 * 1024 * 1024

interface Sums {
  files: number
  frames: number
  pixels: number
  ms: number
  comparedMs: number
  comparedFrames: number
  pydicomMs: number
  sideBySideMs: number
}

/** Times the DICOM files of a folder; none where it does not exist. */
export async function measureDecode(
  folder: string,
  python: ReferencePython | null,
  sideBySide: SideBySide
): Promise<DecodeRow[]> {
  if (!existsSync(folder)) return []
  const sums = new Map<string, Sums>()
  const paths = readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && statSync(path).size <= largestBytes)
  // neither side is to be measured while it is still loading and compiling itself
  for (const path of paths) {
    await decodeAll(path).catch(() => undefined)
    if (python?.facts.pydicom) await python.ask({ do: 'decode', path })
  }
  for (const path of paths) {
    const ours: number[] = []
    const theirs: number[] = []
    const together: number[] = []
    let facts = { syntax: '', frames: 0, pixels: 0 }
    try {
      for (let turn = 0; turn < repetitions; turn++) {
        const started = performance.now()
        facts = await decodeAll(path)
        ours.push(performance.now() - started)
        if (python?.facts.pydicom) {
          const { ms } = await python.ask({ do: 'decode', path })
          if (typeof ms !== 'number') continue
          theirs.push(ms)
          together.push(await sideBySide.msPerFrame(path, facts.frames))
        }
      }
    } catch {
      continue // damaged on purpose: the corpus tests see to those
    }
    const sum = sums.get(facts.syntax) ?? {
      files: 0,
      frames: 0,
      pixels: 0,
      ms: 0,
      comparedMs: 0,
      comparedFrames: 0,
      pydicomMs: 0,
      sideBySideMs: 0
    }
    const { min } = spreadOf(ours)
    sum.files++
    sum.frames += facts.frames
    sum.pixels += facts.pixels
    sum.ms += min
    if (theirs.length > 0) {
      sum.comparedMs += min
      sum.comparedFrames += facts.frames
      sum.pydicomMs += spreadOf(theirs).min
      sum.sideBySideMs += spreadOf(together).min * facts.frames
    }
    sums.set(facts.syntax, sum)
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([syntax, sum]) => rowOf(syntax, sum))
}

function rowOf(transferSyntax: string, sum: Sums): DecodeRow {
  const compared = sum.comparedFrames > 0
  return {
    transferSyntax,
    files: sum.files,
    frames: sum.frames,
    msPerFrame: sum.ms / sum.frames,
    megapixelsPerSecond: sum.pixels / sum.ms / 1000,
    pydicomMsPerFrame: compared ? sum.pydicomMs / sum.comparedFrames : null,
    ratio: compared ? sum.pydicomMs / sum.comparedMs : null,
    sideBySideMsPerFrame: compared ? sum.sideBySideMs / sum.comparedFrames : null,
    sideBySideRatio: compared ? sum.pydicomMs / sum.sideBySideMs : null
  }
}

async function decodeAll(path: string): Promise<{ syntax: string; frames: number; pixels: number }> {
  const image = await openImage(readFileSync(path))
  const { header, frameCount } = image
  for (let frame = 0; frame < frameCount; frame++) await image.readFrame(frame)
  return {
    syntax: header.transferSyntaxUid ?? 'none stated',
    frames: frameCount,
    pixels: frameCount * header.rows * header.columns
  }
}
