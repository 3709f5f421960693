import type { FrameFacts, ImageFormat, ImageHeader } from './image-types'

/** What formats without patient, study or device know of an image. */
export interface PlainFacts {
  format: ImageFormat
  rows: number
  columns: number
  frameCount: number
  color: boolean
  bitsAllocated: number
  signed: boolean
  sampleType: ImageHeader['sampleType']
  pixelsStartAt: number | null
  frames: FrameFacts[]
}

/** Facts of a frame that lies nowhere and means its stored values. */
export const plainFrame: FrameFacts = {
  positionMm: null,
  orientation: null,
  spacingMm: null,
  rescale: null,
  windows: [],
  stackKey: '',
  tells: {},
  orderHint: null
}

/** A header for image formats other than DICOM: no UIDs, modality `OT`, values as stored. */
export function plainHeader(facts: PlainFacts): ImageHeader {
  const { color, bitsAllocated } = facts
  return {
    ...facts,
    samplesPerPixel: color ? 3 : 1,
    bitsStored: bitsAllocated,
    highBit: bitsAllocated - 1,
    photometricInterpretation: color ? 'RGB' : 'MONOCHROME2',
    planarConfiguration: 0,
    inverted: false,
    transferSyntaxUid: null,
    sopClassUid: null,
    sopInstanceUid: null,
    studyInstanceUid: null,
    seriesInstanceUid: null,
    frameOfReferenceUid: null,
    modality: 'OT',
    valueUnit: 'stored value',
    studyDescription: '',
    seriesDescription: '',
    seriesNumber: null,
    bodyPart: null,
    studyDate: '',
    patientLabel: '',
    generated: false,
    instanceNumber: null,
    acquisitionNumber: null,
    stackKey: '',
    tells: {},
    temporalPosition: null,
    triggerTimeMs: null,
    sliceLocationMm: null,
    pixelPaddingValue: null,
    pixelAspectRatio: null,
    modalityLut: null,
    palette: null,
    warnings: []
  }
}
