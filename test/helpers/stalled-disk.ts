import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** How a disk treats a file: gives no answer when it is opened or read, or gives a little now and then. */
export type Stall = 'open' | 'read' | 'slow'

/** A disk of which single files can be made to stall, for the processes that get its environment. */
export interface StalledDisk {
  env: Record<string, string>
  /** @param name of the files, in whatever folder they lie */
  stall(name: string, how: Stall): void
  mend(name: string, how: Stall): void
}

/**
 * Compiles test/helpers/stall-disk.c, which stands between a process and the C library.
 * @param folder for it, not one that is opened
 * @returns null where that cannot be done, which is printed
 */
export function makeStalledDisk(folder: string): StalledDisk | null {
  const library = join(folder, 'stall-disk.so')
  const said = join(folder, 'stalled')
  try {
    if (process.platform !== 'linux') throw new Error('it needs Linux')
    mkdirSync(said, { recursive: true })
    const source = resolve(__dirname, 'stall-disk.c')
    execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl'], { stdio: 'pipe' })
  } catch (error) {
    console.log(
      `stalled disks skipped: ${String(error instanceof Error ? error.message : error).split('\n')[0]}`
    )
    return null
  }
  return {
    env: { LD_PRELOAD: library, NIDUS_STALL_FOLDER: said },
    stall: (name, how) => writeFileSync(join(said, `${name}.${how}`), ''),
    mend: (name, how) => rmSync(join(said, `${name}.${how}`))
  }
}
