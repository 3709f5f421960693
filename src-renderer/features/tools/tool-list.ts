import type { IconName } from '../../components/icon'
import type { ToolName } from '../../state/tools'

/** A tool as the rail shows it and the keyboard takes it. */
export interface ListedTool {
  name: ToolName
  label: string
  icon: IconName
  /** as written in hints; `Shift+` for the key with Shift */
  key: string
}

/** Tools that look, then tools that measure. */
export const listedTools: ListedTool[][] = [
  [
    { name: 'window', label: 'Window width and centre', icon: 'window', key: 'Shift+W' },
    { name: 'scroll', label: 'Scroll through the slices', icon: 'scroll', key: 'S' },
    { name: 'pan', label: 'Move the image', icon: 'pan', key: 'T' },
    { name: 'zoom', label: 'Zoom', icon: 'zoom', key: 'Z' },
    { name: 'magnifier', label: 'Magnifier', icon: 'magnifier', key: 'Shift+Z' },
    { name: 'crosshair', label: 'Crosshair: the same place in all series', icon: 'crosshair', key: 'Shift+X' }
  ],
  [
    { name: 'length', label: 'Length', icon: 'length', key: 'D' },
    { name: 'angle', label: 'Angle', icon: 'angle', key: 'Shift+D' },
    { name: 'ellipse', label: 'Ellipse: mean, SD, area', icon: 'ellipse', key: 'E' },
    { name: 'rectangle', label: 'Rectangle: mean, SD, area', icon: 'rectangle', key: 'Shift+E' },
    { name: 'freehand', label: 'Outline by hand: mean, SD, area', icon: 'freehand', key: 'F' }
  ]
]

/** The tool of a key; undefined where the key has none. */
export function toolOfKey(key: string, shift: boolean): ToolName | undefined {
  const wanted = (shift ? 'Shift+' : '') + key.toUpperCase()
  return listedTools.flat().find((tool) => tool.key === wanted)?.name
}
