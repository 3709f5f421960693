import type { ImageFacts, VerdictInput } from '../../../../src-main/contract/feedback'
import { packMask } from '../../../../src-main/feedback/masks/slice-mask'

/** An image on a grid of 8 rows by 10 columns, slice 3 of 5, oblique to nothing. */
export function makeImage(changes: Partial<ImageFacts> = {}): ImageFacts {
  return {
    studyInstanceUid: '1.2.826.1',
    seriesInstanceUid: '1.2.826.1.1',
    sopInstanceUid: '1.2.826.1.1.3',
    sliceIndex: 3,
    rows: 8,
    columns: 10,
    geometry: {
      sliceCount: 5,
      spacingMm: [2, 1.5],
      orientation: [1, 0, 0, 0, 1, 0],
      firstPositionMm: [-10, 20, 30],
      stepMm: [0, 0, 4]
    },
    modality: 'MR',
    scanner: { manufacturer: 'ACME', model: 'Field 3', protocol: 'FLAIR ax' },
    patientKey: 'ab'.repeat(32),
    ...changes
  }
}

/** A mask on the grid of {@link makeImage} with ones in a box [x, y, width, height]. */
export function boxMask([left, top, width, height]: number[], rows = 8, columns = 10): Uint8Array {
  return Uint8Array.from({ length: rows * columns }, (_, i) => {
    const [x, y] = [i % columns, Math.floor(i / columns)]
    return x >= left && x < left + width && y >= top && y < top + height ? 1 : 0
  })
}

/** A confirmed finding with everything stored. */
export function makeVerdict(changes: Partial<VerdictInput> = {}): VerdictInput {
  return {
    kind: 'confirm',
    reason: null,
    text: '',
    image: makeImage(),
    region: { bbox: [2, 1, 3, 4], areaPx: 12, areaMm2: 36, peak: 9.25, mean: 6.5, peakAt: [3, 2] },
    masks: [packMask(boxMask([2, 1, 3, 4]), 8, 10, { sliceIndex: 3, sopInstanceUid: '1.2.826.1.1.3' })],
    drawing: null,
    analysis: {
      map: 'combi',
      threshold: { id: 'p99', version: '1', value: 4.75 },
      model: { id: 'brain-flair-cevae', version: '1.0.0', sha256: 'cd'.repeat(32) },
      preprocessingVersion: '1',
      provider: 'cpu',
      slices: [
        {
          sliceIndex: 3,
          sopInstanceUid: '1.2.826.1.1.3',
          score: 1234.5,
          scoreStandardised: 3.25,
          foregroundPx: 60,
          peak: 9.25,
          mean: 0.5,
          quantiles: { probabilities: [0.5, 1], values: [0.25, 9.25] },
          histogram: {
            binWidth: 0.25,
            bins: [
              [0, 59],
              [37, 1]
            ]
          },
          findingPeaks: [9.25]
        }
      ]
    },
    ...changes
  }
}

/** A rejected finding at another place of the same slice. */
export function makeRejection(peakAt: [number, number], changes: Partial<VerdictInput> = {}): VerdictInput {
  const base = makeVerdict()
  return { ...base, kind: 'reject', reason: 'artefact', region: { ...base.region!, peakAt }, ...changes }
}
