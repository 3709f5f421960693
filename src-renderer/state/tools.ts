import { create } from 'zustand'
import type { Point } from '../viewer/viewport-geometry'

/** What a drawing looks like, whatever it is drawn for. */
export type ShapeKind = 'length' | 'angle' | 'ellipse' | 'rectangle' | 'freehand' | 'brush'

/** What the left button of the mouse does on an image. */
export type ToolName =
  | 'window'
  | 'scroll'
  | 'pan'
  | 'zoom'
  | 'crosshair'
  | 'magnifier'
  | 'length'
  | 'angle'
  | 'ellipse'
  | 'rectangle'
  | 'freehand'
  | 'missed-ellipse'
  | 'missed-freehand'
  | 'missed-brush'

/**
 * Something drawn on a slice. Points are source pixels, counted from the outer corner of the first pixel (its centre
 * is at 0.5, 0.5): length two ends; angle end, vertex, end; ellipse and rectangle two opposite corners of their box;
 * freehand its outline; brush its stroke.
 */
export interface DrawnShape {
  seriesId: string
  sliceIndex: number
  kind: ShapeKind
  points: Point[]
  /** source pixels; brush only */
  radiusPx?: number
}

/** A tool that draws: the shape it draws, and who takes the finished shape. */
export interface DrawingTool {
  kind: ShapeKind
  finish(shape: DrawnShape): void
}

interface Tools {
  activeTool: ToolName
  /** being drawn just now, by mouse or by keys */
  draft: DrawnShape | null
  /** where the next point goes when drawing by keys, source pixels; null while the keyboard draws nothing */
  cursor: Point | null
  /** of the brush, source pixels */
  brushRadiusPx: number
}

/** The tool in hand. */
export const useTools = create<Tools>(() => ({
  activeTool: 'window',
  draft: null,
  cursor: null,
  brushRadiusPx: 4
}))

const drawingTools = new Map<ToolName, DrawingTool>()

/** Says what a tool draws and where the shape goes. Call it once, where the feature is set up. */
export function registerDrawingTool(name: ToolName, tool: DrawingTool): void {
  drawingTools.set(name, tool)
}

/** What a tool draws; undefined for one that does not draw. */
export function drawingToolOf(name: ToolName): DrawingTool | undefined {
  return drawingTools.get(name)
}

/** Takes a tool in hand; what was half drawn is dropped. */
export function chooseTool(activeTool: ToolName): void {
  useTools.setState({ activeTool, draft: null, cursor: null })
}

/**
 * Gives up what is in hand, one thing at a time: the drawing, then the keyboard's cross, then the tool.
 * @returns false where nothing was in hand
 */
export function letGo(): boolean {
  const { activeTool, draft, cursor } = useTools.getState()
  if (draft) useTools.setState({ draft: null })
  else if (cursor) useTools.setState({ cursor: null })
  else if (activeTool !== 'window') chooseTool('window')
  else return false
  return true
}

/** How many points end a shape by themselves; null where the hand or a key ends it. */
export function pointsOf(kind: ShapeKind): number | null {
  return kind === 'freehand' || kind === 'brush' ? null : kind === 'angle' ? 3 : 2
}

/** Hands the draft over to whoever asked for it. Outlines that enclose nothing are dropped. */
export function finishDraft(): void {
  const { activeTool, draft } = useTools.getState()
  useTools.setState({ draft: null })
  if (!draft) return
  const least = pointsOf(draft.kind) ?? (draft.kind === 'freehand' ? 3 : 1)
  if (draft.points.length >= least) drawingTools.get(activeTool)?.finish(draft)
}
