import { describe, expect, it } from 'vitest'
import { presetsFor } from '../../../../src-renderer/features/header/presets-for'

describe('presetsFor', () => {
  it('offers the usual four of CT on the first keys, then what the header says', () => {
    const presets = presetsFor({
      modality: 'CT',
      windows: [{ center: 30, width: 300, explanation: 'ABDOMEN' }]
    })
    expect(presets.map(({ name }) => name)).toEqual(['Soft tissue', 'Lung', 'Bone', 'Brain', 'ABDOMEN'])
    expect(presets[1]).toMatchObject({ center: -600, width: 1500 })
  })

  it('offers brighter and darker ones where the modality has no absolute scale, with the same black', () => {
    const [own, bright, dark] = presetsFor({ modality: 'MR', windows: [{ center: 100, width: 200 }] })
    expect(own).toMatchObject({ name: 'Default', center: 100, width: 200 })
    expect(bright).toMatchObject({ center: 60, width: 120 })
    expect(dark).toMatchObject({ center: 160, width: 320 })
  })
})
