/**
 * Passes values on at most once an interval: the first at once, of those in between only the newest.
 * @returns `push` for values, `flush` to pass on what waits, `drop` to forget it
 */
export function limitRate<T>(
  emit: (value: T) => void,
  intervalMs: number
): { push(value: T): void; flush(): void; drop(): void } {
  let waiting: { value: T } | null = null
  let timer: ReturnType<typeof setTimeout> | null = null
  const pass = (): void => {
    timer = null
    if (!waiting) return
    const { value } = waiting
    waiting = null
    timer = setTimeout(pass, intervalMs)
    emit(value)
  }
  const drop = (): void => {
    if (timer) clearTimeout(timer)
    timer = null
    waiting = null
  }
  return {
    push(value) {
      waiting = { value }
      if (!timer) pass()
    },
    flush() {
      const last = waiting
      drop()
      if (last) emit(last.value)
    },
    drop
  }
}
