import { it } from 'vitest'
import { combineMaps } from '../../../../src-main/maps/combine-maps'
import { expectClose, valuesOf } from '../../../helpers/map-values'

it('is the product that numpy makes of both maps, each by its spread', () => {
  const gradKl = Float64Array.from(valuesOf('absoluteGradient'))
  const rec = Float64Array.from(valuesOf('absolute'))
  expectClose(combineMaps(gradKl, rec, { gradKl: 0.2, rec: 0.5 }), valuesOf('combi'), 1e-12)
})
