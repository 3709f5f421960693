import type { LayerMessage, SlicePixelsMessage } from '../../../src-main/contract/channels'
import type { Measurement, MeasurementKind } from '../../state/measurements'
import { measureAngle, measureArea, measureLength, type Size } from '../../viewer/measure-shape'
import { regionStatistics } from '../../viewer/region-statistics'

/** One figure of a measurement: what it is, and its value with its unit. */
export type Figure = [name: string, value: string]

/** What the kinds of measurements are called. */
export const measurementNames: Record<MeasurementKind, string> = {
  length: 'Length',
  angle: 'Angle',
  ellipse: 'Ellipse',
  rectangle: 'Rectangle',
  freehand: 'Outline'
}

/**
 * The figures of a measurement.
 * @param pixels of its slice
 * @param scores of the map that is shown over it; null where there is none
 * @param unit of the modality values
 */
export function describeMeasurement(
  { kind, points }: Pick<Measurement, 'kind' | 'points'>,
  pixels: Pick<SlicePixelsMessage, 'values' | 'rows' | 'columns' | 'padding' | 'spacingMm' | 'pixelAspect'>,
  scores: LayerMessage | null,
  unit: string
): Figure[] {
  switch (kind) {
    case 'length':
      return [['Length', sizeText(measureLength(points, pixels))]]
    case 'angle': {
      const degrees = measureAngle(points, pixels)
      return [['Angle', Number.isNaN(degrees) ? '–' : `${degrees.toFixed(1)}°`]]
    }
    default: {
      const { rows, columns } = pixels
      const shape = { kind, points }
      const values = regionStatistics(shape, pixels.values, rows, columns, pixels.padding)
      const of = (value: number): string => (values.count === 0 ? '–' : `${short(value)} ${unit}`)
      const figures: Figure[] = [
        ['Mean', of(values.mean)],
        ['SD', of(values.standardDeviation)],
        ['Minimum', of(values.minimum)],
        ['Maximum', of(values.maximum)],
        ['Area', sizeText(measureArea(kind, points, pixels))],
        ['Pixels', String(values.count)]
      ]
      if (scores && scores.floor !== null && values.count > 0) {
        const map = regionStatistics(shape, scores.values, rows, columns)
        figures.push(['Score mean', map.mean.toFixed(2)], ['Score maximum', map.maximum.toFixed(2)])
      }
      return figures
    }
  }
}

/** The figures in few lines, for the label beside a drawing. */
export function labelLines(figures: readonly Figure[]): string[] {
  const of = (name: string): string | undefined => figures.find(([other]) => other === name)?.[1]
  if (figures.length === 1) return [of('Length') ?? of('Angle') ?? '']
  const lines = [
    `Mean ${of('Mean')}  SD ${of('SD')}`,
    `${of('Minimum')} to ${of('Maximum')}`,
    `${of('Area')}  ${of('Pixels')} pixels`
  ]
  const score = of('Score mean')
  return score === undefined ? lines : [...lines, `Score mean ${score}  max ${of('Score maximum')}`]
}

/** Pixels are said to be pixels: without Pixel Spacing there are no millimetres. */
function sizeText({ value, unit }: Size): string {
  return unit === 'px' || unit === 'px²'
    ? `${value.toFixed(1)} ${unit} (spacing unknown)`
    : `${value.toFixed(1)} ${unit}`
}

function short(value: number): string {
  const size = Math.abs(value)
  return size >= 1000
    ? value.toFixed(0)
    : size >= 10 || Number.isInteger(value)
      ? value.toFixed(1)
      : value.toPrecision(3)
}
