import { cpus, loadavg, tmpdir } from 'node:os'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeHeadSeries } from './make-head-series'
import { measureScrolling, type Scrolling } from './measure-scrolling'

/** Scrolls through 300 slices of 512 x 512 in the real window and prints what a frame costs. Needs a display. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'string' },
      slices: { type: 'string', default: '300' },
      size: { type: 'string', default: '512' },
      steps: { type: 'string', default: '1000' }
    }
  })
  const [slices, size, steps] = [values.slices, values.size, values.steps].map(Number)
  const work = mkdtempSync(join(tmpdir(), 'nidus-scrolling-'))
  try {
    makeHeadSeries(join(work, 'series'), slices, size)
    const before = loadavg()[0]
    const found = await measureScrolling(join(work, 'series'), size, steps)
    const machine = { cpu: cpus()[0].model, cores: cpus().length, load: [before, loadavg()[0]] }
    console.log(report(found, machine))
    if (values.json) writeFileSync(values.json, JSON.stringify({ machine, scrolling: found }, null, 2) + '\n')
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

function report(found: Scrolling, machine: { cpu: string; cores: number; load: number[] }): string {
  const { interval, work, perStep, memory } = found
  const line = (name: string, { median, p95, highest }: Scrolling['work']): string =>
    `${name.padEnd(44)} median ${median.toFixed(1)}  p95 ${p95.toFixed(1)}  highest ${highest.toFixed(1)} ms`
  return [
    `${machine.cpu}, ${machine.cores} cores, load average ${machine.load.map((load) => load.toFixed(1)).join(' before, ')} after; ` +
      `compositing: ${found.compositing}`,
    `scrolling ${found.slices} x ${found.size}x${found.size} with the heatmap on, pane ${found.pane.join(' x ')}, ` +
      `${found.steps} steps, ${found.shown} of them shown by the next frame`,
    line('from frame to frame', interval),
    line('main thread, a frame', work),
    `processor time of the renderer's main thread a step: ${perStep.task.toFixed(2)} ms, script ${perStep.script.toFixed(2)}, ` +
      `style and layout ${perStep.styleAndLayout.toFixed(2)}`,
    line('  of single steps, with the measuring', found.stepTime),
    `memory before and after: heap ${memory.heapBefore.toFixed(1)} and ${memory.heapAfter.toFixed(1)} MiB, ` +
      `resident ${memory.residentBefore.toFixed(0)} and ${memory.residentAfter.toFixed(0)} MiB`
  ].join('\n')
}

main().catch((thrown) => {
  console.error(thrown)
  process.exitCode = 1
})
