/** Work that waits for a disk, a few pieces at the same time. */
export class WaitingLine {
  private readonly waiting = new Set<number>()
  private readonly wakers: (() => void)[] = []
  private failure: { thrown: unknown } | null = null

  /** @param places how many pieces are waited for at the same time */
  constructor(private readonly places: number) {}

  /** The lowest number of those that are waited for; Infinity where there is none. */
  get first(): number {
    let first = Infinity
    for (const number of this.waiting) first = Math.min(first, number)
    return first
  }

  /** Begins a piece of work once there is a place for it. @throws what an earlier one threw */
  async enter(number: number, work: () => Promise<void>): Promise<void> {
    await this.until(() => this.waiting.size < this.places)
    this.waiting.add(number)
    work()
      .catch((thrown: unknown) => (this.failure ??= { thrown }))
      .finally(() => {
        this.waiting.delete(number)
        this.wake()
      })
  }

  /**
   * Resolves once nothing is waited for.
   * @param mostMs after which it resolves all the same
   * @throws what a piece of work threw
   */
  async empty(mostMs = Infinity): Promise<void> {
    let isOver = false
    const end = (): void => {
      isOver = true
      this.wake()
    }
    const timer = mostMs < Infinity ? setTimeout(end, mostMs) : undefined
    await this.until(() => this.waiting.size === 0 || isOver)
    clearTimeout(timer)
  }

  private wake(): void {
    for (const wake of this.wakers.splice(0)) wake()
  }

  private async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((wake) => this.wakers.push(wake))
    if (this.failure) throw this.failure.thrown
  }
}
