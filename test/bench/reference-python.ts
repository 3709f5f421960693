import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'

/** What the Python at hand has. */
export interface PythonFacts {
  torch: string | null
  torchThreads: number | null
  pydicom: string | null
}

/** A running Python that times the reference paths; see time_reference_paths.py for the requests. */
export interface ReferencePython {
  facts: PythonFacts
  ask(request: Record<string, unknown>): Promise<Record<string, unknown>>
  stop(): void
}

/** Starts it. @throws where the interpreter does not start */
export async function startReferencePython(root: string, python: string): Promise<ReferencePython> {
  const child = spawn(python, [resolve(root, 'models/training/fixtures/time_reference_paths.py')], {
    stdio: ['pipe', 'pipe', 'inherit']
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  await new Promise<void>((started, failed) => child.once('spawn', started).once('error', failed))
  const ask: ReferencePython['ask'] = async (request) => {
    child.stdin.write(JSON.stringify(request) + '\n')
    const { value, done } = await lines.next()
    if (done) throw new Error(`${python} ended without an answer`)
    return JSON.parse(value as string) as Record<string, unknown>
  }
  const facts = (await ask({ do: 'facts' })) as unknown as PythonFacts
  return { facts, ask, stop: () => child.kill() }
}
