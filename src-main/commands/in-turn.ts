/**
 * Runs jobs one after the other while others are still being added; after a failure the rest is skipped.
 * `finished` waits for all and rejects with the failure.
 */
export function createInTurn(): { add(job: () => Promise<void>): void; finished(): Promise<void> } {
  let last = Promise.resolve()
  let failure: { thrown: unknown } | null = null
  return {
    add(job) {
      last = last.then(async () => {
        if (failure) return
        await job().catch((thrown: unknown) => {
          failure = { thrown }
        })
      })
    },
    async finished() {
      await last
      if (failure) throw failure.thrown
    }
  }
}
