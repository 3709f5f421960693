import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { launchApp } from '../helpers/launch-app'
import { waitForAnalysis } from '../helpers/wait-for-analysis'
import { proportionalOfTree, residentOfTree } from './memory-of-tree'

/** The longest that a thread was kept from anything else, ms: by the clock, and by its own processor time. */
export interface Blocked {
  wallMs: number
  /** free of what other programs take from it */
  threadMs: number
  /** tasks of more than 50 ms of processor time */
  over50: number
}

/** The built app's window while it opens a series and analyses it to its end. */
export interface WindowRun {
  slices: number
  /** from the click on Open to the heatmap of the slice on the screen */
  firstHeatmapMs: number
  /** from the click to the last slice */
  allMs: number
  /** main threads of the page and of Electron's main process */
  page: Blocked
  main: Blocked
  /** of all of the app's processes: the highest sum of resident sets, which count shared pages for each of them */
  peakResidentMiB: number
  /** at the end of the analysis, shared pages counted once */
  proportionalMiB: number
}

/**
 * Opens a series in the running app, as a person does, and follows it by Chromium's own trace of its tasks.
 * The app has analysed its demo study by then, so that neither its start nor the engine's is measured.
 * @param tracePath where the trace may be written
 */
export async function measureWindow(series: string, tracePath: string): Promise<WindowRun> {
  const { app, page, close } = await launchApp([], { appFolder: process.env.NIDUS_BENCH_APP })
  try {
    await waitForAnalysis(page, 120_000)
    await app.evaluate(({ dialog }, path) => {
      dialog.showOpenDialog = (() => Promise.resolve({ canceled: false, filePaths: [path] })) as never
    }, series)
    const pid = app.process().pid as number
    let peakResidentMiB = 0
    const sampler = setInterval(() => {
      peakResidentMiB = Math.max(peakResidentMiB, residentOfTree(pid))
    }, 100)
    await app.evaluate(({ contentTracing }) =>
      contentTracing.startRecording({ included_categories: ['toplevel'], excluded_categories: ['*'] })
    )
    const started = performance.now()
    await page.getByTestId('open-folder').click()
    const slices = (await page
      .waitForFunction(
        () => {
          // the demo study has 24 slices
          const strip = document.querySelector<HTMLElement>('[data-testid=slice-strip]')?.dataset
          return Number(strip?.count) > 24 && Number(strip?.analysed) > 0 ? Number(strip?.count) : 0
        },
        null,
        { polling: 'raf', timeout: 120_000 }
      )
      .then((found) => found.jsonValue())) as number
    const firstHeatmapMs = performance.now() - started
    await page.waitForFunction(
      () => {
        const strip = document.querySelector<HTMLElement>('[data-testid=slice-strip]')?.dataset
        return strip?.analysed === strip?.count
      },
      null,
      { polling: 100, timeout: 600_000 }
    )
    const allMs = performance.now() - started
    clearInterval(sampler)
    const proportionalMiB = proportionalOfTree(pid)
    await app.evaluate(({ contentTracing }, path) => contentTracing.stopRecording(path), tracePath)
    const threads = longestTasks(readFileSync(tracePath, 'utf8'))
    return {
      slices,
      firstHeatmapMs,
      allMs,
      page: threads('CrRendererMain'),
      main: threads('CrBrowserMain'),
      peakResidentMiB,
      proportionalMiB
    }
  } finally {
    await close()
  }
}

interface TraceEvent {
  name: string
  ph: string
  pid: number
  tid: number
  dur?: number
  tdur?: number
  args?: { name?: string }
}

/** The longest task of the threads of a name; complete events of Chromium's trace, microseconds. */
function longestTasks(trace: string): (thread: string) => Blocked {
  const { traceEvents } = JSON.parse(trace) as { traceEvents: TraceEvent[] }
  const names = new Map(
    traceEvents
      .filter(({ name, ph }) => ph === 'M' && name === 'thread_name')
      .map(({ pid, tid, args }) => [`${pid}/${tid}`, args?.name])
  )
  return (thread) => {
    const tasks = traceEvents.filter(
      ({ ph, pid, tid, dur }) => ph === 'X' && dur !== undefined && names.get(`${pid}/${tid}`) === thread
    )
    if (tasks.length === 0) throw new Error(`the trace holds no task of ${thread}`)
    const ms = (values: (number | undefined)[]): number =>
      values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0) / 1000
    return {
      wallMs: ms(tasks.map(({ dur }) => dur)),
      threadMs: ms(tasks.map(({ tdur }) => tdur)),
      over50: tasks.filter(({ tdur }) => (tdur ?? 0) > 50_000).length
    }
  }
}
