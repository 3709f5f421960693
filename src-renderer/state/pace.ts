/** How far a run is: an analysis by slices, the opening of a study by files. */
export interface Stride {
  jobId: string
  done: number
  total: number
}

/** How fast a run goes, measured from its reports. `Slice` stands for whatever it counts. */
export interface Pace {
  jobId: string
  /** ms of the clock when the last slice was done, and how many were done then */
  at: number
  done: number
  total: number
  /** slices measured so far: those since the first report that named any */
  measured: number
  /** exponentially weighted mean over the measured slices, the last of which count most (see `memoryOf`); 0 for none */
  msPerSlice: number
  /** what was last said, seconds; null for nothing yet */
  said: number | null
}

/** Slices after which an earlier one counts 1/e of the latest: 8, or a twentieth of a long run. */
const memoryOf = (total: number): number => Math.max(8, total / 20)

/** Slices measured before anything is said: 3, or a hundredth of a long run. */
const enoughOf = (total: number): number => Math.max(3, total / 100)

/** An estimate that grows by less than this factor is not told: what is said would jump. */
const slack = 1.15

/**
 * Takes a report of progress into the measured pace. The first report with a slice done only starts the clock: what
 * came before it holds the start of the engine, and slices kept from an earlier run.
 * @param now ms of any clock that does not go back
 */
export function advancePace(before: Pace | null, { jobId, done, total }: Stride, now: number): Pace | null {
  if (done === 0) return null
  if (before?.jobId !== jobId || done < before.done || total !== before.total)
    return { jobId, at: now, done, total, measured: 0, msPerSlice: 0, said: null }
  const slices = done - before.done
  if (slices === 0) return before
  const measured = before.measured + slices
  // weights of the slices measured so far sum up to 1 from the first one on
  const memory = memoryOf(total)
  const share = (1 - Math.exp(-slices / memory)) / (1 - Math.exp(-measured / memory))
  const msPerSlice = before.msPerSlice + share * ((now - before.at) / slices - before.msPerSlice)
  return followClock({ ...before, at: now, done, measured, msPerSlice }, now)
}

/**
 * Brings what is said up to the time: it falls with the clock, by at most one slice between two reports, and rises only
 * where the run has clearly become slower than was said.
 */
export function followClock(pace: Pace, now: number): Pace {
  const { done, total, measured, msPerSlice, at } = pace
  if (measured < enoughOf(total) || done >= total) return pace.said === null ? pace : { ...pace, said: null }
  const seconds = (msPerSlice * (total - done) - Math.min(now - at, msPerSlice)) / 1000
  const said = pace.said === null || seconds < pace.said || seconds > slack * pace.said ? seconds : pace.said
  return said === pace.said ? pace : { ...pace, said }
}

/** `about 35 s left`; coarser the longer it takes. Empty where nothing is known yet. */
export function timeLeftWords({ said }: Pace): string {
  if (said === null) return ''
  if (said >= 90) return `about ${Math.round(said / 60)} min left`
  const step = said > 20 ? 5 : 1
  return `about ${Math.max(1, Math.ceil(said / step) * step)} s left`
}
