import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildEntries } from '../helpers/build-entries'
import { runNidus } from '../helpers/run-nidus'
import { temporaryFolder } from '../helpers/temporary-folder'

const study = resolve(__dirname, '../../resources/demo-study')
const model = resolve(__dirname, '../fixtures/models/tiny-vae')
const folder = temporaryFolder()
let entries: Awaited<ReturnType<typeof buildEntries>> | undefined

beforeAll(async () => {
  entries = await buildEntries(['engine', 'cli'])
})
afterAll(() => entries?.remove())

/** Folders of its own for whatever a process leaves behind; the switch is to come from Nidus, not from the tests. */
function ownPlaces(name: string): { tmp: string; cache: string; env: Record<string, string> } {
  const [tmp, cache] = ['tmp', 'cache'].map((part) => join(folder, name, part)) as [string, string]
  for (const place of [tmp, cache]) mkdirSync(place, { recursive: true })
  const env = { TMPDIR: tmp, XDG_CACHE_HOME: cache, HOME: cache, ORT_DISABLE_TELEMETRY: '0' }
  return { tmp, cache, env }
}

describe('ONNX Runtime', () => {
  it.each(['cpu', 'auto'])(
    'sends and keeps nothing of its own while the demo study is analysed on %s',
    async (provider) => {
      const { tmp, cache, env } = ownPlaces(provider)
      const out = join(folder, provider, 'out')
      const argv = ['analyze', study, '--model', model, '--provider', provider, '--out', out]
      const { code } = await runNidus(entries?.folder ?? '', folder, env, argv)
      expect(code).toBe(0)
      // with telemetry: mat-debug-<process>.log and .ses here, Microsoft/DeveloperTools/.onnxruntime there
      expect(readdirSync(tmp)).toEqual([])
      expect(existsSync(join(cache, 'Microsoft'))).toBe(false)
    }
  )
})
