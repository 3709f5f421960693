import { create } from 'zustand'

/** What lies under the pointer. */
export interface ProbeReading {
  /** source pixel, from 0 */
  x: number
  y: number
  /** modality value */
  value: number
  stored: number | null
  rgb: [number, number, number] | null
  /** score units of the map shown; null where there is none */
  score: number | null
  /** false outside the analysed part of the patient */
  inForeground: boolean
}

/** The pixel under the pointer; null where the pointer is off the image. */
export const useProbe = create<{ probe: ProbeReading | null }>(() => ({ probe: null }))
