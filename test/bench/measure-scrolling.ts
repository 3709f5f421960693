import { readFileSync } from 'node:fs'
import type { Page } from 'playwright'
import { launchApp } from '../helpers/launch-app'
import { waitForAnalysis } from '../helpers/wait-for-analysis'

/** Scrolling through a series with the heatmap over it, one slice a frame. Times in ms. */
export interface Scrolling {
  slices: number
  size: number
  /** of the pane, device pixels */
  pane: [width: number, height: number]
  /** graphics as Chromium names its compositing: software or hardware */
  compositing: string
  steps: number
  /** frames that showed another slice than the one before */
  shown: number
  /** from one animation frame to the next, by the time that Chromium gives each frame */
  interval: Percentiles
  /** main thread from the start of a frame until it is idle again: input, React, drawing, layout and paint */
  work: Percentiles
  /** processor time of the renderer's main thread a step, as Chromium counts it: other programs do not add to it */
  perStep: { task: number; script: number; styleAndLayout: number }
  /** processor time of the renderer's main thread for single steps, one at a time, with what the measuring itself costs */
  stepTime: Percentiles
  /** memory before and after the steps, MiB: objects of the page after a collection, and the renderer's resident set */
  memory: { heapBefore: number; heapAfter: number; residentBefore: number; residentAfter: number }
}

interface Percentiles {
  median: number
  p95: number
  highest: number
}

/**
 * Drives the built app: waits for the analysis of the series, goes through it once so that what can be kept is kept,
 * then turns the wheel one notch a frame, from end to end and back.
 */
export async function measureScrolling(series: string, size: number, steps: number): Promise<Scrolling> {
  const { app, page, close } = await launchApp([series], { appFolder: process.env.NIDUS_BENCH_APP })
  try {
    await page.waitForSelector('[data-testid=viewport-overlay][data-shown-slice]', { timeout: 120_000 })
    await waitForAnalysis(page, 1_800_000)
    // the first look is over: Enter reveals
    await page.keyboard.press('Enter')
    await page.waitForSelector('[data-testid=viewport-overlay][data-heatmap=shown]')
    const slices = Number(await page.getByTestId('slice-strip').getAttribute('data-count'))
    await page.keyboard.press('Home')
    await scroll(page, 2 * slices, slices)
    const cdp = await page.context().newCDPSession(page)
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
    const pid = await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0].webContents.getOSProcessId()
    )
    const compositing = await app.evaluate(({ app }) => String(app.getGPUFeatureStatus().gpu_compositing))
    const metrics = async (): Promise<Record<string, number>> => {
      const { metrics: found } = await cdp.send('Performance.getMetrics')
      return Object.fromEntries(found.map(({ name, value }) => [name, value]))
    }
    const memory = async (): Promise<[heap: number, resident: number]> => {
      await cdp.send('HeapProfiler.collectGarbage')
      return [(await metrics()).JSHeapUsedSize / 1024 ** 2, residentMiB(pid)]
    }
    const [heapBefore, residentBefore] = await memory()
    const before = await metrics()
    const run = await scroll(page, steps, slices)
    const after = await metrics()
    const [heapAfter, residentAfter] = await memory()
    const per = (name: string): number => (1000 * (after[name] - before[name])) / steps
    const single: number[] = []
    for (let step = 0; step < singleSteps; step++) {
      const from = (await metrics()).TaskDuration
      await scroll(page, 1, slices, step % (2 * slices) < slices)
      single.push(1000 * ((await metrics()).TaskDuration - from))
    }
    return {
      slices,
      size,
      pane: run.pane,
      stepTime: percentiles(single),
      compositing,
      steps,
      shown: run.shown,
      interval: percentiles(run.interval),
      work: percentiles(run.work),
      perStep: {
        task: per('TaskDuration'),
        script: per('ScriptDuration'),
        styleAndLayout: per('LayoutDuration') + per('RecalcStyleDuration')
      },
      memory: { heapBefore, heapAfter, residentBefore, residentAfter }
    }
  } finally {
    await close()
  }
}

const singleSteps = 300

/** Turns the wheel over the pane once a frame and keeps the times of every frame. */
function scroll(page: Page, steps: number, slices: number, startsDown = true) {
  return page.evaluate(
    async ({ steps, slices, startsDown }) => {
      const pane = document.querySelector<HTMLElement>('[data-testid=viewport-overlay]')
      const area = pane?.querySelector<HTMLElement>('.viewport-frame')
      const canvas = pane?.querySelector('canvas')
      if (!pane || !area || !canvas) throw new Error('no pane')
      const times: { frame: number; start: number; idle: number }[] = []
      const { port1, port2 } = new MessageChannel()
      let shown = 0
      let last = pane.dataset.shownSlice
      await new Promise<void>((done) => {
        let down = startsDown
        let step = 0
        const next = (frame: number): void => {
          const start = performance.now()
          if (step++ >= steps) return done()
          const at = Number(pane.dataset.shownSlice ?? 0)
          if (at >= slices - 1) down = false
          if (at <= 0) down = true
          // the app's own callbacks of this frame were asked for before or are asked for by the event
          area.dispatchEvent(
            new WheelEvent('wheel', { deltaY: down ? 100 : -100, bubbles: true, cancelable: true })
          )
          requestAnimationFrame(next)
          const entry = { frame, start, idle: 0 }
          times.push(entry)
          // runs once the rendering of this frame is through
          port1.onmessage = () => (entry.idle = performance.now() - start)
          port2.postMessage(null)
          if (pane.dataset.shownSlice !== last) shown++
          last = pane.dataset.shownSlice
        }
        requestAnimationFrame(next)
      })
      port1.close()
      return {
        pane: [canvas.width, canvas.height] as [number, number],
        shown,
        work: times.slice(0, -1).map(({ idle }) => idle),
        interval: times.slice(1).map(({ frame }, i) => frame - times[i].frame)
      }
    },
    { steps, slices, startsDown }
  )
}

function percentiles(values: number[]): Percentiles {
  const sorted = values.slice().sort((a, b) => a - b)
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
  return { median: at(0.5), p95: at(0.95), highest: sorted[sorted.length - 1] }
}

/** Resident set of a process, MiB; NaN where /proc is missing. */
function residentMiB(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? NaN) / 1024
  } catch {
    return NaN
  }
}
