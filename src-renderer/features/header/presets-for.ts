import type { Series, ValueWindow } from '../../../src-main/contract/study'

export interface NamedWindow extends ValueWindow {
  name: string
}

/** The usual windows of CT in HU, in the order of OHIF's keys. */
const ctWindows: NamedWindow[] = [
  { name: 'Soft tissue', center: 40, width: 400 },
  { name: 'Lung', center: -600, width: 1500 },
  { name: 'Bone', center: 480, width: 2500 },
  { name: 'Brain', center: 40, width: 80 }
]

/**
 * Display windows to choose from, the first four of them on the keys 1 to 4. CT has the usual ones; other
 * modalities have no absolute scale, so theirs are the header's and tighter and wider versions of the first.
 */
export function presetsFor({ modality, windows }: Pick<Series, 'modality' | 'windows'>): NamedWindow[] {
  const fromHeader = windows.map((window, i) => ({
    ...bare(window),
    name: capital(window.explanation || `preset ${i + 1}`)
  }))
  if (modality === 'CT') return [...ctWindows, ...fromHeader]
  const first = fromHeader[0]
  if (!first) return []
  if (windows.length === 1 && !windows[0]?.explanation) first.name = 'Default'
  const low = first.center - first.width / 2
  const narrower = (name: string, share: number): NamedWindow => ({
    name,
    center: low + (first.width * share) / 2,
    width: first.width * share,
    function: 'linear-exact'
  })
  return [...fromHeader, narrower('Bright', 0.6), narrower('Dark', 1.6)]
}

const bare = ({ explanation: _, ...window }: ValueWindow) => window

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)
