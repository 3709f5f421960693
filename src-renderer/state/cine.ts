import { create } from 'zustand'

/** The slowest and the fastest that a series plays, slices a second. */
export const cineRange = { slowest: 1, fastest: 60 } as const

/** Playing through the slices of a series. */
export const useCine = create<{ seriesId: string | null; slicesPerSecond: number }>(() => ({
  seriesId: null,
  slicesPerSecond: 12
}))

/** Plays a series, or stops where it plays. */
export function toggleCine(seriesId: string): void {
  useCine.setState((cine) => ({ seriesId: cine.seriesId === seriesId ? null : seriesId }))
}

/** Sets how fast series play, kept within the range. */
export function setCineSpeed(slicesPerSecond: number): void {
  const { slowest, fastest } = cineRange
  if (!Number.isFinite(slicesPerSecond)) return
  useCine.setState({ slicesPerSecond: Math.min(fastest, Math.max(slowest, Math.round(slicesPerSecond))) })
}
