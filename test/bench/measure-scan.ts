import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { listFiles } from '../../src-main/study/list-files'
import { readHeaders } from '../../src-main/study/read-headers'
import { spreadOf, timeOf } from './measure-time'
import type { ReferencePython } from './reference-python'

/** Reading the headers of a folder, pixels left alone; the fastest repetition. */
export interface ScanRow {
  files: number
  filesPerSecond: number
  /** over the same files, `dcmread(stop_before_pixels=True)`; null where pydicom is not at hand */
  pydicomFilesPerSecond: number | null
  ratio: number | null
}

const files = 5000
const repetitions = 15

/**
 * Times the headers of 5,000 files: the slices of real series, copied as often as it takes.
 * @param series folders of slices; where there are none, `generated` stands in for them
 * @param work where the copies go
 */
export async function measureScan(
  series: string,
  generated: string,
  work: string,
  python: ReferencePython | null
): Promise<ScanRow> {
  const sources = existsSync(series) ? filesBelow(series) : filesBelow(generated)
  mkdirSync(work, { recursive: true })
  for (let file = 0; file < files; file++) {
    copyFileSync(sources[file % sources.length] as string, join(work, `slice${file}`))
  }
  const ours: number[] = []
  const theirs: number[] = []
  for (let turn = 0; turn < repetitions; turn++) {
    const found = await listFiles([work])
    ours.push(
      await timeOf(async () => {
        const { problems } = await readHeaders((await listFiles([work])).files, {})
        if (problems.length > 0) throw new Error(`${problems.length} headers could not be read`)
      })
    )
    if (!python?.facts.pydicom) continue
    const { ms } = await python.ask({ do: 'scan', paths: found.files })
    theirs.push(Number(ms))
  }
  const rateOf = (times: number[]): number => (1000 * files) / spreadOf(times).min
  const pydicom = theirs.length > 0 ? rateOf(theirs) : null
  const filesPerSecond = rateOf(ours)
  return {
    files,
    filesPerSecond,
    pydicomFilesPerSecond: pydicom,
    ratio: pydicom && filesPerSecond / pydicom
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? filesBelow(path) : name.endsWith('.csv') ? [] : [path]
  })
}
