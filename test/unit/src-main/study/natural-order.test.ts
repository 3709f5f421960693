import { describe, expect, it } from 'vitest'
import { compareNaturally, sortNaturally } from '../../../../src-main/study/natural-order'
import { seededRandom } from '../../../helpers/damage-file'

const sorted = (names: string[]): string[] => sortNaturally(names, (name) => name)

describe('natural order', () => {
  it('counts as people do', () => {
    expect(sorted(['slice10.dcm', 'slice9.dcm', 'slice1.dcm'])).toEqual([
      'slice1.dcm',
      'slice9.dcm',
      'slice10.dcm'
    ])
    expect(sorted(['b2', 'A10', 'a9'])).toEqual(['a9', 'A10', 'b2'])
    expect(sorted([])).toEqual([])
  })

  it('keeps names of equal rank as they were', () => {
    expect(sorted(['i07', 'i6', 'i7', 'i007'])).toEqual(['i6', 'i07', 'i7', 'i007'])
  })

  it('is that of the collator, whatever the names', () => {
    const random = seededRandom(3)
    // digits of other scripts, numbers longer than a double holds, numbers on either side of the last one
    const prefixes = ['', 'a', 'A', 'im-', '12-', '٣', 'é', '99999999999999999', 'x.']
    const suffixes = ['', '', '.dcm', ' (1)', '٣', '~']
    const pick = <T>(from: T[]): T => from[Math.floor(random() * from.length)] as T
    for (let turn = 0; turn < 2000; turn++) {
      const shared = random() < 0.7 ? { prefix: pick(prefixes), suffix: pick(suffixes) } : null
      const names = Array.from({ length: 12 }, () => {
        const digits = String(Math.floor(random() * 10 ** Math.floor(1 + 6 * random())))
        const zeros = '0'.repeat(Math.floor(3 * random()))
        return `${shared?.prefix ?? pick(prefixes)}${zeros}${digits}${shared?.suffix ?? pick(suffixes)}`
      })
      expect(sorted(names)).toEqual([...names].sort(compareNaturally))
    }
  })
})
