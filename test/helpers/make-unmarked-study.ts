import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from './launch-app'

const marked = 'Generated phantom, contains no patient'
const unmarked = 'Phantom that is read like a real study'

/**
 * Writes the demo study without the remark that makes Nidus show it as a demonstration, so that it is read as any
 * study is, the first look included. Both remarks have the same length, so nothing else moves.
 */
export function makeUnmarkedStudy(folder: string): void {
  const source = join(repositoryRoot, 'resources', 'demo-study')
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(source)) {
    const text = readFileSync(join(source, name)).toString('latin1')
    if (!text.includes(marked)) throw new Error(`${name} has no remark to replace`)
    writeFileSync(join(folder, name), Buffer.from(text.split(marked).join(unmarked), 'latin1'))
  }
}
