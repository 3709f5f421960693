import { describe, expect, it } from 'vitest'
import { mapNamesOf, matchInOrder, matchMasks } from '../../../../src-main/evaluation/match-masks'

const pairsOf = (maps: string[], masks: string[], name?: string): Record<string, string> =>
  Object.fromEntries(matchMasks(maps, masks, name).pairs.map(({ map, mask }) => [map, mask]))

describe('matching maps with masks', () => {
  it('by path without extension, case aside, with mask endings', () => {
    expect(
      pairsOf(['p1/s1.npy', 'p2/s1.npy', 'a.npy'], ['p1/S1.png', 'p2/s1_mask.png', 'A_seg.npy'])
    ).toEqual({
      'p1/s1.npy': 'p1/S1.png',
      'p2/s1.npy': 'p2/s1_mask.png',
      'a.npy': 'A_seg.npy'
    })
  })

  it('by index for <index>_<map>, leading zeros aside', () => {
    const masks = ['x/3.png', 'x/0012.png']
    const maps = ['x/0003_combi.npy', 'x/0012_combi.npy', 'x/0003_rec.npy']
    expect(pairsOf(maps, masks, 'combi')).toEqual({
      'x/0003_combi.npy': 'x/3.png',
      'x/0012_combi.npy': 'x/0012.png'
    })
    expect(mapNamesOf(maps)).toEqual(['combi', 'rec'])
  })

  it('without folders only where a name is unique', () => {
    expect(pairsOf(['series/0001_combi.npy'], ['0001.png'], 'combi')).toEqual({
      'series/0001_combi.npy': '0001.png'
    })
    const twice = matchMasks(['a/1.npy', 'b/1.npy'], ['1.png'])
    expect(twice.pairs).toEqual([])
    expect(twice.mapsWithoutMask).toEqual(['a/1.npy', 'b/1.npy'])
    expect(twice.masksWithoutMap).toEqual(['1.png'])
  })

  it('never takes one of two masks of a name', () => {
    expect(pairsOf(['s1.npy'], ['s1.png', 's1_mask.png'])).toEqual({})
  })

  it('in order, as people count, when asked and when the numbers agree', () => {
    const maps = ['s/0010_rec.npy', 's/0002_rec.npy', 's/0002_combi.npy']
    const pairs = matchInOrder(maps, ['mask-11.png', 'mask-3.png'], 'rec')!.pairs
    expect(pairs.map(({ map, mask }) => [map, mask])).toEqual([
      ['s/0002_rec.npy', 'mask-3.png'],
      ['s/0010_rec.npy', 'mask-11.png']
    ])
    expect(matchInOrder(maps, ['mask-3.png'], 'rec')).toBeNull()
  })
})
