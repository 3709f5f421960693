import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ScreenshotRun } from '../../../../src-main/jobs/screenshot-run'

function setUp(capture: () => Promise<void> = async () => undefined) {
  const needs = { capture: vi.fn(capture), exit: vi.fn(), complain: vi.fn() }
  return { needs, run: new ScreenshotRun(needs) }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('ScreenshotRun', () => {
  it('takes the picture once when the heatmap is up, and ends with 0', async () => {
    const { needs, run } = setUp()
    expect(needs.capture).not.toHaveBeenCalled()
    await run.firstHeatmapShown()
    await run.firstHeatmapShown()
    run.fail('too late')
    await vi.advanceTimersByTimeAsync(200_000)
    expect(needs.capture).toHaveBeenCalledTimes(1)
    expect(needs.exit.mock.calls).toEqual([[0]])
    expect(needs.complain).not.toHaveBeenCalled()
  })

  it('ends with 1 and one line after two minutes without a heatmap', async () => {
    const { needs } = setUp()
    await vi.advanceTimersByTimeAsync(119_999)
    expect(needs.exit).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(needs.exit.mock.calls).toEqual([[1]])
    expect(needs.complain.mock.calls).toEqual([['No screenshot: no heatmap came up within 120 s']])
  })

  it('ends with 1 at once where there will be no heatmap or the picture can not be written', async () => {
    const failed = setUp()
    failed.run.fail('model-hash-mismatch')
    expect(failed.needs.exit.mock.calls).toEqual([[1]])
    const unwritable = setUp(() => Promise.reject(new Error('EACCES')))
    await unwritable.run.firstHeatmapShown()
    expect(unwritable.needs.exit.mock.calls).toEqual([[1]])
    expect(unwritable.needs.complain).toHaveBeenCalledWith('No screenshot: EACCES')
  })
})
