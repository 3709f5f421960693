import * as cornerstone from 'cornerstone-core'
import type { EnabledElementLayer, Image, Viewport } from 'cornerstone-core'
import type { ValueWindow } from '../../src-main/contract/study'
import { greyTable } from './grey-table'
import { colourWindow } from './make-image'
import { fitScale, type CanvasSize, type ImageShape, type ViewPose } from './viewport-geometry'

type Layer = EnabledElementLayer & { layerId: string; viewport?: Viewport; options: Record<string, unknown> }

/** What a pane shows: where the image lies, its window, and how strongly the heatmap covers it. */
export interface PaneView {
  pose: ViewPose
  window: ValueWindow
  invert: boolean
  heatmap: { visible: boolean; opacity: number }
}

/**
 * One image with an optional heatmap over it, drawn by cornerstone-core's canvas renderer. The heatmap must have
 * the rows, columns and spacing of the image: then both get the same transform and can not drift apart.
 * The canvas has one pixel per device pixel; all coordinates here are pixels of that canvas.
 */
export class CornerstonePane {
  private readonly element: HTMLDivElement
  private baseLayer: string | null = null
  private heatLayer: string | null = null
  private shape: ImageShape | null = null
  private view: PaneView | null = null
  private heat: Image | null = null
  private graphicsLayer: string | null = null
  private graphics: Image | null = null

  /** @param element takes the canvas; its parent gives the size */
  constructor(element: HTMLDivElement) {
    this.element = element
    this.matchParent()
    cornerstone.enable(element)
  }

  get canvasSize(): CanvasSize {
    return { width: Math.max(1, this.element.clientWidth), height: Math.max(1, this.element.clientHeight) }
  }

  /** Device pixels per CSS pixel: what pointer positions have to be multiplied by. */
  get density(): number {
    return window.devicePixelRatio || 1
  }

  /** Shows an image, and the heatmap over it or none. */
  show(image: Image, heat: Image | null): void {
    this.shape = {
      rows: image.rows,
      columns: image.columns,
      spacingMm: [image.rowPixelSpacing, image.columnPixelSpacing]
    }
    if (this.baseLayer === null) {
      this.baseLayer = cornerstone.addLayer(this.element, image, {} as never)
      // transforms are set on every layer here; cornerstone's own sync would scale them by a ratio
      ;(cornerstone.getEnabledElement(this.element) as { syncViewports?: boolean }).syncViewports = false
    } else cornerstone.displayImage(this.element, image)
    this.setHeatmapImage(heat)
  }

  /** Replaces the heatmap alone. */
  setHeatmapImage(heat: Image | null): void {
    this.heat = heat
    if (heat && this.baseLayer !== null) {
      if (this.heatLayer === null) this.heatLayer = cornerstone.addLayer(this.element, heat, {} as never)
      else cornerstone.setLayerImage(this.element, heat, this.heatLayer)
    }
    this.apply()
  }

  /** Places image and heatmap. */
  setView(view: PaneView): void {
    this.view = view
    this.apply()
  }

  /** Follows a change of the parent's size or of the screen's pixel density. */
  resize(): void {
    this.matchParent()
    cornerstone.resize(this.element, false)
    this.apply()
  }

  dispose(): void {
    cornerstone.disable(this.element)
  }

  /** Shows graphics over image and heatmap, or none; on the grid of the image as well. */
  setGraphics(graphics: Image | null): void {
    this.graphics = graphics
    if (graphics && this.baseLayer !== null) {
      if (this.graphicsLayer === null)
        this.graphicsLayer = cornerstone.addLayer(this.element, graphics, {} as never)
      else cornerstone.setLayerImage(this.element, graphics, this.graphicsLayer)
    }
    this.apply()
  }

  private heatmapShows(): boolean {
    // an opacity of 0 counts as 'not set' in cornerstone, so such a layer is hidden instead
    return (
      this.heat !== null && this.view !== null && this.view.heatmap.visible && this.view.heatmap.opacity > 0
    )
  }

  private apply(): void {
    const { shape, view } = this
    if (!shape || !view) return
    const { pose } = view
    for (const layer of cornerstone.getLayers(this.element) as Layer[]) {
      if (!layer.viewport) continue
      const isBase = layer.layerId === this.baseLayer
      Object.assign(layer.viewport, {
        scale: fitScale(shape, this.canvasSize, pose.rotation) * pose.zoom,
        translation: { ...pose.translation },
        rotation: pose.rotation,
        hflip: pose.hflip,
        vflip: pose.vflip
      })
      if (isBase && layer.image && !layer.image.color) {
        layer.viewport.modalityLUT = greyTable(layer.image, view.window) as never
        layer.viewport.voi = { windowCenter: 127.5, windowWidth: 255 } as never
        layer.viewport.invert = view.invert
      } else {
        layer.viewport.modalityLUT = undefined as never
        layer.viewport.voi = { ...colourWindow } as never
        layer.viewport.invert = isBase && view.invert
      }
      if (layer.layerId === this.graphicsLayer) {
        layer.options.opacity = 1
        layer.options.visible = this.graphics !== null
      } else if (!isBase) {
        layer.options.opacity = view.heatmap.opacity
        layer.options.visible = this.heatmapShows()
      }
    }
    cornerstone.updateImage(this.element)
  }

  private matchParent(): void {
    const parent = this.element.parentElement
    if (!parent) return
    const density = this.density
    this.element.style.width = `${Math.round(parent.clientWidth * density)}px`
    this.element.style.height = `${Math.round(parent.clientHeight * density)}px`
    this.element.style.transform = density === 1 ? '' : `scale(${1 / density})`
  }
}
