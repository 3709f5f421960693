/**
 * Writes axial slices of many generated heads as 8-bit PNG, 256 x 256, for training and tests:
 *   node scripts/make-demo-study/phantom-slices.mjs --out DIR --heads N [--seed S] [--slices K] [--healthy]
 *     [--lowest=MM] [--highest=MM]
 * Each head differs in shape, size, pose, folding, contrast, receiver bias and noise. Without --healthy one to
 * three lesions are planted and their masks written to DIR/masks under the same names. DIR/slices.csv lists the
 * files. The demo study's head is never among them.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { demoSeed } from './demo-series.mjs'
import { drawHead } from './draw-head.mjs'
import { encodePng } from './encode-png.mjs'
import { drawLesions } from './plant-lesions.mjs'
import { renderSlice, sideInPixels } from './render-slice.mjs'
import { createRandom } from './seeded-random.mjs'

const usage =
  'usage: phantom-slices.mjs --out DIR --heads N [--seed S] [--slices K] [--healthy] [--lowest=MM] [--highest=MM]'

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    heads: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    slices: { type: 'string', default: '10' },
    healthy: { type: 'boolean', default: false },
    // Slice centres, in mm about the middle of the brain: by default from the orbits to just under the vertex.
    lowest: { type: 'string', default: '-34' },
    highest: { type: 'string', default: '62' }
  }
})
const [heads, seed, slices] = [values.heads, values.seed, values.slices].map(Number)
const [lowestMm, highestMm] = [values.lowest, values.highest].map(Number)
const countsAreGood = [heads, seed, slices].every(Number.isInteger) && heads > 0 && slices > 0
if (values.out === undefined || !countsAreGood || !(lowestMm < highestMm)) {
  console.error(usage)
  process.exit(2)
}

const outFolder = resolve(values.out)
mkdirSync(values.healthy ? outFolder : join(outFolder, 'masks'), { recursive: true })
const random = createRandom(seed)
const rows = ['file,head,head_seed,z_mm,spacing_mm,lesion_px']
for (let head = 1; head <= heads; head++) {
  let headSeed = random.nextWord()
  while (headSeed === demoSeed) headSeed = random.nextWord()
  const drawn = drawHead(headSeed)
  const lesions = values.healthy ? [] : drawLesions(headSeed)
  const spacingMm = random.between(0.78, 1)
  for (let slice = 0; slice < slices; slice++) {
    const centreZMm = lowestMm + ((slice + random.between(0, 1)) / slices) * (highestMm - lowestMm)
    const { signal, lesion } = renderSlice(drawn, centreZMm, { spacingMm, layers: 2, lesions })
    const grey = Uint8Array.from(signal, (value) => Math.min(255, Math.round(value * drawn.cortexGrey)))
    const file = `head-${String(head).padStart(4, '0')}_slice-${String(slice + 1).padStart(2, '0')}.png`
    writeFileSync(join(outFolder, file), encodePng(grey, sideInPixels, 'grey'))
    if (!values.healthy)
      writeFileSync(join(outFolder, 'masks', file), encodePng(lesion, sideInPixels, 'mask'))
    const lesionPixels = lesion.reduce((count, value) => count + (value > 0 ? 1 : 0), 0)
    rows.push([file, head, headSeed, centreZMm.toFixed(3), spacingMm.toFixed(4), lesionPixels].join(','))
  }
}
writeFileSync(join(outFolder, 'slices.csv'), `${rows.join('\n')}\n`)
console.log(`${heads * slices} slices of ${heads} heads in ${outFolder}`)
