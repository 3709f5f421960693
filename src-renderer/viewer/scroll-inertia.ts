/** Time in which a stack that was let go loses all but 1/e of its speed; about that of touch screens. */
const decayMs = 325
/** Slower than this, in slices a second, it stands still. */
const slowest = 2

/** A stack of slices that the hand drags or has let go. */
export interface StackMotion {
  /** slices a second; positive towards the last slice */
  speed: number
  /** part of a slice that was moved already, between -1 and 1 */
  remainder: number
}

/**
 * The speed after a movement, as a running mean over about 60 ms, so that one jerky event does not throw the stack.
 * @param slices moved since the last event
 * @param elapsedMs since the last event
 */
export function withMovement(
  { speed, remainder }: StackMotion,
  slices: number,
  elapsedMs: number
): StackMotion {
  if (elapsedMs <= 0) return { speed, remainder }
  const share = 1 - Math.exp(-elapsedMs / 60)
  return { speed: speed + share * ((1000 * slices) / elapsedMs - speed), remainder }
}

/**
 * A stack that runs on by itself, one step of time later.
 * @returns the motion, and how many whole slices to go; `speed` is 0 once it stands
 */
export function runOn(
  { speed, remainder }: StackMotion,
  elapsedMs: number
): StackMotion & { slices: number } {
  const share = Math.exp(-elapsedMs / decayMs)
  const moved = remainder + (speed * decayMs * (1 - share)) / 1000
  const slices = Math.trunc(moved)
  const slower = speed * share
  return { slices, remainder: moved - slices, speed: Math.abs(slower) < slowest ? 0 : slower }
}
