import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mkdtempSync, rmSync } from 'node:fs'
import { measureWindow } from './measure-window'

// Started by the benchmark with a folder of one series; answers with one line of JSON.
async function main(): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'nidus-bench-window-'))
  try {
    const measured = await measureWindow(process.argv[2] as string, join(work, 'trace.json'))
    process.stdout.write(`${JSON.stringify(measured)}\n`)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

main().catch((thrown: unknown) => {
  console.error(thrown)
  process.exitCode = 1
})
