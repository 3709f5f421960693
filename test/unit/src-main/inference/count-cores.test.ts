import { expect, it } from 'vitest'
import { coresIn, countThreads } from '../../../../src-main/inference/count-cores'

const block = (processor: number, socket: number, core: number): string =>
  `processor\t: ${processor}\nphysical id\t: ${socket}\ncore id\t\t: ${core}\n`

it('counts two threads of one core once, and equal cores of two sockets twice', () => {
  const smt = [block(0, 0, 0), block(1, 0, 1), block(2, 0, 0), block(3, 0, 1)].join('\n')
  expect(coresIn(smt)).toBe(2)
  expect(coresIn([block(0, 0, 0), block(1, 1, 0)].join('\n'))).toBe(2)
})

it('says null where the text does not tell cores apart', () => {
  expect(coresIn('processor\t: 0\nBogoMIPS\t: 50\n\nprocessor\t: 1\n')).toBeNull()
})

it('gives a whole number of at least one and at most sixteen', () => {
  expect(Number.isInteger(countThreads())).toBe(true)
  expect(countThreads()).toBeGreaterThanOrEqual(1)
  expect(countThreads()).toBeLessThanOrEqual(16)
})
