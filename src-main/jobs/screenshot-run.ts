/** After which a start for a screenshot counts as failed. */
const limitMs = 120_000

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
  private readonly limit: ReturnType<typeof setTimeout>

  constructor(private readonly needs: Needs) {
    this.limit = setTimeout(() => this.fail(`no heatmap came up within ${limitMs / 1000} s`), limitMs)
  }

  /** A heatmap is on the screen. */
  async firstHeatmapShown(): Promise<void> {
    if (this.over) return
    this.close()
    try {
      await this.needs.capture()
      this.needs.exit(0)
    } catch (thrown) {
      this.give(thrown instanceof Error ? thrown.message : String(thrown))
    }
  }

  /** There will be no heatmap. @param reason in a few words */
  fail(reason: string): void {
    if (this.over) return
    this.close()
    this.give(reason)
  }

  private give(reason: string): void {
    this.needs.complain(`No screenshot: ${reason}`)
    this.needs.exit(1)
  }

  private close(): void {
    this.over = true
    clearTimeout(this.limit)
  }
}
