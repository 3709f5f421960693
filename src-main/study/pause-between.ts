/** Longer than this nothing else is kept waiting by steps that are short themselves. */
const stretchMs = 20

/**
 * Takes steps and gives way to other work between them.
 * @param signal stops between steps by throwing its reason
 * @returns what the steps come to
 */
export async function pauseBetween<T>(steps: Generator<void, T>, signal?: AbortSignal): Promise<T> {
  for (let since = performance.now(); ;) {
    const { done, value } = steps.next()
    if (done) return value
    if (performance.now() - since < stretchMs) continue
    await new Promise(setImmediate)
    if (signal?.aborted) throw signal.reason
    since = performance.now()
  }
}
