import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ScreenshotRun } from '../../../../src-main/jobs/screenshot-run'

function setUp(capture: () => Promise<void> = async () => undefined) {
  const needs = { capture: vi.fn(capture), exit: vi.fn(), complain: vi.fn() }
  return { needs, run: new ScreenshotRun(needs) }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('ScreenshotRun', () => {
  it('takes the picture when the heatmap is up and the analysis over, in either order', async () => {
    for (const steps of [['firstHeatmapShown', 'ended'] as const, ['ended', 'firstHeatmapShown'] as const]) {
      const { needs, run } = setUp()
      for (const step of steps) {
        expect(needs.capture).not.toHaveBeenCalled()
        if (step === 'ended') run.ended(null)
        else run.firstHeatmapShown()
      }
      await vi.advanceTimersByTimeAsync(0)
      expect(needs.capture).toHaveBeenCalledTimes(1)
      expect(needs.exit.mock.calls).toEqual([[0]])
    }
  })

  it('does not wait for a long analysis', async () => {
    const { needs, run } = setUp()
    run.firstHeatmapShown()
    await vi.advanceTimersByTimeAsync(20_000)
    expect(needs.exit.mock.calls).toEqual([[0]])
    run.ended(null)
    await vi.advanceTimersByTimeAsync(200_000)
    expect(needs.exit).toHaveBeenCalledTimes(1)
  })

  it('ends with 1 and one line after two minutes without a heatmap', async () => {
    const { needs, run } = setUp()
    run.ended(null)
    await vi.advanceTimersByTimeAsync(119_999)
    expect(needs.exit).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(needs.exit.mock.calls).toEqual([[1]])
    expect(needs.complain.mock.calls).toEqual([['No screenshot: no heatmap came up within 120 s']])
  })

  it('ends with 1 at once where the analysis failed or the picture can not be written', async () => {
    const failed = setUp()
    failed.run.ended('model-hash-mismatch')
    expect(failed.needs.exit.mock.calls).toEqual([[1]])
    const unwritable = setUp(() => Promise.reject(new Error('EACCES')))
    unwritable.run.ended(null)
    unwritable.run.firstHeatmapShown()
    await vi.advanceTimersByTimeAsync(0)
    expect(unwritable.needs.exit.mock.calls).toEqual([[1]])
    expect(unwritable.needs.complain).toHaveBeenCalledWith('No screenshot: EACCES')
  })
})
