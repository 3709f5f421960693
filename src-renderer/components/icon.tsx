/** Outlines on a 16 x 16 grid. */
const outlines = {
  file: 'M4 1.5h5l3 3v10H4z M9 1.5v3h3',
  folder: 'M1.5 3.5h4l1.5 2h7.5v8h-13z',
  brain:
    'M8 2.5c-3-1.5-5.5.5-5.5 2.5C1 6 1 8.500 2.500 9.500c0 2.500 2.500 4.500 5.500 3.500 3 1 5.500-1 5.500-3.500C15 8.500 15 6 13.500 5c0-2-2.500-4-5.500-2.500z M8 2.500v10.500',
  overlay: 'M2 2h9v9h-9z M5 5h9v9h-9z',
  panes: 'M1.500 2.500h13v11h-13z M8 2.500v11 M1.500 8h13',
  invert: 'M8 2a6 6 0 1 0 0 12z M8 2a6 6 0 0 1 0 12',
  fit: 'M2 6v-4h4 M10 2h4v4 M14 10v4h-4 M6 14h-4v-4',
  reset: 'M3 8a5 5 0 1 0 1.700-3.700 M3 2v3.300h3.300',
  turn: 'M13 8a5 5 0 1 1-1.700-3.700 M13 2v3.300h-3.300',
  flipH: 'M8 1.500v13 M6 4l-4.500 8h4.500z M10 4l4.500 8h-4.500z',
  flipV: 'M1.500 8h13 M4 6l8-4.500v4.500z M4 10l8 4.500v-4.500z',
  heat: 'M8 14.500c-3 0-4.500-2-4.500-4.500 0-3 2.500-4 3-8 3 1.500 6 4.500 6 8 0 2.500-1.500 4.500-4.500 4.500z',
  graphics: 'M2 13.500l4-9 3 6 2-3 3 6z M11.500 4.500a1.500 1.500 0 1 1 0-.010',
  hide: 'M1.500 8c3.500-5.500 9.500-5.500 13 0-3.500 5.500-9.500 5.500-13 0z M8 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4z M3 14l10-12',
  play: 'M4 2.500l9 5.500-9 5.500z',
  stop: 'M3.500 3.500h9v9h-9z',
  settings:
    'M8 5.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5z M8 1.500v2 M8 12.500v2 M1.500 8h2 M12.500 8h2 M3.400 3.400l1.400 1.400 M11.200 11.200l1.400 1.400 M12.600 3.400l-1.400 1.400 M4.800 11.200l-1.400 1.400',
  help: 'M5.500 6a2.500 2.500 0 1 1 3.500 2.300c-.700.300-1 .800-1 1.700 M8 12.500v.500',
  warning: 'M8 2l6.500 12h-13z M8 6.500v3.500 M8 12v.300',
  window: 'M8 2a6 6 0 1 0 0 12a6 6 0 0 0 0-12z M8 2v12 M8 5h5 M8 8h6 M8 11h5',
  scroll:
    'M3 4.500h10 M3 8h10 M3 11.500h10 M8 1v2 M8 13v2 M6.500 2.500l1.500-1.500 1.500 1.500 M6.500 13.500l1.500 1.500 1.500-1.500',
  pan: 'M8 1.500v13 M1.500 8h13 M6 3.500l2-2 2 2 M6 12.500l2 2 2-2 M3.500 6l-2 2 2 2 M12.500 6l2 2-2 2',
  zoom: 'M6.500 2a4.500 4.500 0 1 0 .010 0z M10 10l4 4 M4.500 6.500h4 M6.500 4.500v4',
  magnifier: 'M6.500 2a4.500 4.500 0 1 0 .010 0z M10 10l4 4',
  crosshair: 'M8 1v5 M8 10v5 M1 8h5 M10 8h5 M8 8v.010',
  length: 'M2.500 13.500l11-11 M1 12l3 3 M12 1l3 3',
  angle: 'M13.500 3.500l-11 9.500h12 M7 9.300a5 5 0 0 1 1.300 3.700',
  ellipse: 'M8 3.500c8 0 8 9 0 9c-8 0-8-9 0-9z',
  rectangle: 'M2 4h12v8h-12z',
  freehand: 'M3 10c-2-4 2-8 5-6 2 1 4-1 5 2 1 4-3 3-4 5s-5 2-6-1z',
  undo: 'M3 7h7a3.500 3.500 0 0 1 0 7h-3 M6 3.500l-3.500 3.500 3.500 3.500',
  redo: 'M13 7h-7a3.500 3.500 0 0 0 0 7h3 M10 3.500l3.500 3.500-3.500 3.500',
  link: 'M6.500 9.500l3-3 M7 5l2-2a2.800 2.800 0 0 1 4 4l-2 2 M9 11l-2 2a2.800 2.800 0 0 1-4-4l2-2',
  two: 'M1.500 2.500h13v11h-13z M8 2.500v11',
  close: 'M3.500 3.500l9 9 M12.500 3.500l-9 9',
  chevron: 'M5 3l5 5-5 5'
} as const
export type IconName = keyof typeof outlines

const filled: readonly IconName[] = ['play', 'stop']

/** A small picture beside or instead of a word; screen readers skip it. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={outlines[name]} className={filled.includes(name) ? 'icon-filled' : undefined} />
    </svg>
  )
}
