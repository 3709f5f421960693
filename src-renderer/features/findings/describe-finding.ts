import type { JoinedFinding } from '../../../src-main/contract/analysis'

/** How large a finding is: its volume where that is known, else its largest area. */
export function describeSize({ volumeMm3, areaMm2, areaPx }: JoinedFinding): string {
  if (volumeMm3 !== null)
    return volumeMm3 < 1000 ? `${volumeMm3.toFixed(0)} mm³` : `${(volumeMm3 / 1000).toFixed(1)} cm³`
  return areaMm2 === null ? `${areaPx} px` : `${areaMm2.toFixed(0)} mm²`
}

/** The slices of a finding, counted from 1. */
export function describeSlices({ firstSlice, lastSlice }: JoinedFinding): string {
  return firstSlice === lastSlice ? `slice ${firstSlice + 1}` : `slices ${firstSlice + 1}–${lastSlice + 1}`
}
