/**
 * Writes the bundled demo study and its ground truth:
 *   node scripts/make-demo-study/main.mjs [--out FOLDER]     (default: resources)
 * FOLDER/demo-study holds the DICOM series, FOLDER/demo-study-truth the lesion masks and truth.json.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { makeDemoSeries } from './demo-series.mjs'

const repositoryRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const { values } = parseArgs({
  options: { out: { type: 'string', default: join(repositoryRoot, 'resources') } }
})
const { study, truth } = makeDemoSeries()
for (const [folder, files] of [
  ['demo-study', study],
  ['demo-study-truth', truth]
]) {
  mkdirSync(join(values.out, folder), { recursive: true })
  for (const [name, bytes] of files) writeFileSync(join(values.out, folder, name), bytes)
}
console.log(`${study.size} slices in ${join(values.out, 'demo-study')}, truth beside it`)
