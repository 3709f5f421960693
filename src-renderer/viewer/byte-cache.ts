/** Keeps what was loaded last, up to a number of bytes, and loads nothing twice at the same time. */
export class ByteCache<T> {
  private readonly kept = new Map<string, { value: T; bytes: number }>()
  private readonly loading = new Map<string, Promise<T>>()
  private total = 0
  private generation = 0

  constructor(private readonly maximumBytes: number) {}

  /** What is kept under the key, now the most recently used; undefined if nothing is. */
  peek(key: string): T | undefined {
    const entry = this.kept.get(key)
    if (!entry) return undefined
    this.kept.delete(key)
    this.kept.set(key, entry)
    return entry.value
  }

  /** Whether something is kept under the key; does not count as use. */
  has(key: string): boolean {
    return this.kept.has(key)
  }

  /** What is kept under the key, or else what `load` brings; a failed load is not kept. */
  load(key: string, load: () => Promise<{ value: T; bytes: number }>): Promise<T> {
    const value = this.peek(key)
    if (value !== undefined) return Promise.resolve(value)
    const underWay = this.loading.get(key)
    if (underWay) return underWay
    const generation = this.generation
    const started = load()
      .then((loaded) => {
        if (generation === this.generation) this.keep(key, loaded)
        return loaded.value
      })
      .finally(() => {
        if (this.loading.get(key) === started) this.loading.delete(key)
      })
    this.loading.set(key, started)
    return started
  }

  clear(): void {
    this.generation++
    this.kept.clear()
    this.loading.clear()
    this.total = 0
  }

  private keep(key: string, loaded: { value: T; bytes: number }): void {
    this.kept.set(key, loaded)
    this.total += loaded.bytes
    for (const [oldest, entry] of this.kept) {
      if (this.total <= this.maximumBytes || oldest === key) break
      this.kept.delete(oldest)
      this.total -= entry.bytes
    }
  }
}
