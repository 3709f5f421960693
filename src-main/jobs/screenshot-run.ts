/** After which a start for a screenshot counts as failed. */
const limitMs = 120_000
/** How long the picture may wait for the analysis to end, once the first heatmap is up. */
const patienceMs = 20_000

interface Needs {
  capture(): Promise<void>
  /** ends the app */
  exit(code: 0 | 1): void
  /** writes one line for the person who waits */
  complain(line: string): void
}

/**
 * A start whose only purpose is a picture of the first heatmap: it ends the app with 0 when the picture is written,
 * with 1 and one line of reason when it is not.
 */
export class ScreenshotRun {
  private over = false
  private heatmapUp = false
  private analysisEnded = false
  private readonly limit: ReturnType<typeof setTimeout>

  constructor(private readonly needs: Needs) {
    this.limit = setTimeout(() => this.fail(`no heatmap came up within ${limitMs / 1000} s`), limitMs)
  }

  /** A heatmap is on the screen. The picture is taken when the analysis ends, or when that takes too long. */
  firstHeatmapShown(): void {
    this.heatmapUp = true
    if (this.analysisEnded) void this.finish()
    else setTimeout(() => void this.finish(), patienceMs)
  }

  /** The analysis is over. @param failure why it brought nothing; null where it did */
  ended(failure: string | null): void {
    this.analysisEnded = true
    if (failure !== null) this.fail(failure)
    else if (this.heatmapUp) void this.finish()
  }

  /** Gives up. */
  fail(reason: string): void {
    if (this.over) return
    this.close()
    this.needs.complain(`No screenshot: ${reason}`)
    this.needs.exit(1)
  }

  private async finish(): Promise<void> {
    if (this.over) return
    this.close()
    try {
      await this.needs.capture()
      this.needs.exit(0)
    } catch (thrown) {
      this.needs.complain(`No screenshot: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
      this.needs.exit(1)
    }
  }

  private close(): void {
    this.over = true
    clearTimeout(this.limit)
  }
}
