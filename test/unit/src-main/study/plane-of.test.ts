import { expect, it } from 'vitest'
import { planeOf } from '../../../../src-main/study/plane-of'

// normals by hand: row x column
it.each<[number[], string]>([
  [[1, 0, 0, 0, 1, 0], 'axial'], // (0, 0, 1)
  [[-1, 0, 0, 0, 1, 0], 'axial'], // (0, 0, -1)
  [[1, 0, 0, 0, 0, -1], 'coronal'], // (0, 1, 0)
  [[0, 1, 0, 0, 0, -1], 'sagittal'], // (-1, 0, 0)
  // columns turned by 15 and by 30 degrees out of the axial plane
  [[1, 0, 0, 0, 0.9659, -0.2588], 'axial'],
  [[1, 0, 0, 0, 0.866, -0.5], 'oblique axial'],
  // 60 degrees: closer to the coronal plane, by 30 degrees
  [[1, 0, 0, 0, 0.5, -0.866], 'oblique coronal']
])('%j is %s', (orientation, name) => {
  expect(planeOf(orientation)).toBe(name)
})
