import type { ValueWindow } from '../contract/study'

/** Typed arrays that stored pixel values come in. Big-endian sources are already swapped. */
export type PixelArray =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array

/** A file format by content, not by name. */
export type ImageFormat = 'dicom' | 'png' | 'jpeg' | 'tiff' | 'nifti'

/**
 * A lookup table (DICOM PS3.3 C.11.1.1): `values[stored - firstMapped]`, both ends clamped.
 * `values` are unsigned, 0 to 2^bits - 1.
 */
export interface LookupTable {
  firstMapped: number
  bits: number
  values: Uint8Array | Uint16Array
}

/** The tables of a palette (PS3.3 C.7.6.3.1.5); they begin at the same value and are of one length. */
export interface Palette {
  red: LookupTable
  green: LookupTable
  blue: LookupTable
}

/** Linear modality transform: value = stored * slope + intercept (DICOM PS3.3 C.11.1.1.2). */
export interface Rescale {
  slope: number
  intercept: number
  /** Rescale Type (0028,1054), '' where absent */
  type: string
}

/**
 * What may tell the stacks of one series apart, as texts by what they are: the acquisition, the temporal position, the
 * diffusion weighting, … They part a series only where several of its frames lie at one place.
 */
export type StackTells = Readonly<Record<string, string>>

/** What may differ from frame to frame; for single-frame images there is one. Geometry in patient LPS mm. */
export interface FrameFacts {
  /** centre of the first pixel, Image Position (Patient) (0020,0032) */
  positionMm: [number, number, number] | null
  /** row direction cosines, then column direction cosines, Image Orientation (Patient) (0020,0037) */
  orientation: number[] | null
  /** between rows, between columns, Pixel Spacing (0028,0030) */
  spacingMm: [row: number, column: number] | null
  /** height and width of a pixel, of which only the ratio means anything; where there is no `spacingMm` */
  pixelAspect?: [row: number, column: number] | null
  rescale: Rescale | null
  windows: ValueWindow[]
  /** Stack ID (0020,9056): frames that differ here belong to different stacks */
  stackKey: string
  tells: StackTells
  /** Dimension Index Values or In-Stack Position Number, for ordering where there is no position */
  orderHint: number[] | null
}

/** What the header says, without decoding pixels. Holds no patient identifier but `patientLabel`. */
export interface ImageHeader {
  format: ImageFormat
  rows: number
  columns: number
  frameCount: number
  samplesPerPixel: number
  bitsAllocated: number
  bitsStored: number
  highBit: number
  signed: boolean
  sampleType: 'integer' | 'float32' | 'float64'
  photometricInterpretation: string
  planarConfiguration: 0 | 1
  /** true for MONOCHROME1 (low values bright): to be inverted on display; nothing here inverts values */
  inverted: boolean
  color: boolean
  transferSyntaxUid: string | null
  sopClassUid: string | null
  sopInstanceUid: string | null
  studyInstanceUid: string | null
  seriesInstanceUid: string | null
  frameOfReferenceUid: string | null
  modality: string
  /** unit of the modality values: `HU`, `signal`, `stored value`, or the unit that the header names */
  valueUnit: string
  studyDescription: string
  seriesDescription: string
  seriesNumber: number | null
  bodyPart: string | null
  /** YYYY-MM-DD or '' */
  studyDate: string
  /** for the window only: never in logs, errors, file names or reports */
  patientLabel: string
  /** the header says that the image is generated and shows no patient */
  generated: boolean
  instanceNumber: number | null
  acquisitionNumber: number | null
  /** Echo Numbers (0018,0086), and whether it is a localizer: slices that differ here belong to different stacks */
  stackKey: string
  tells: StackTells
  temporalPosition: number | null
  triggerTimeMs: number | null
  sliceLocationMm: number | null
  pixelPaddingValue: number | null
  /** other end of the range of padding values, Pixel Padding Range Limit (0028,0121) */
  pixelPaddingLimit?: number | null
  /** vertical to horizontal, Pixel Aspect Ratio (0028,0034) */
  pixelAspectRatio: [number, number] | null
  modalityLut: LookupTable | null
  palette: Palette | null
  /** colours of those stored values that its tables hold, in an image that is grey otherwise (PS3.3 C.7.6.19) */
  supplement?: Palette | null
  /** native pixels hold half of the colour samples, as their length says: some writers store them in full */
  sharedColour?: boolean
  /** byte offset in the file at which native pixel data starts; null where compression hides the frames' places */
  pixelsStartAt: number | null
  /** the file ends inside its only frame, of which enough is there to be shown */
  partial?: boolean
  /** one entry for all frames, or one a frame; read through {@link frameFacts} */
  frames: FrameFacts[]
  /** doubts about the header that a reader should see, in plain words without identifiers */
  warnings: string[]
}

/** Stored values of one frame, before rescale, palette or inversion. */
export interface StoredFrame {
  rows: number
  columns: number
  samplesPerPixel: number
  /** [rows, columns, samplesPerPixel], interleaved by pixel; may lie in the file's own bytes: never to be written to */
  values: PixelArray
  /**
   * the values are two's complement numbers with their sign in this bit, as their codestream says, though Pixel
   * Representation (0028,0103) says unsigned and their type follows that
   */
  signBit?: number
  /** of the values as they are now: compressed colour arrives as RGB whatever its codec worked in */
  photometricInterpretation: string
  /** bytes of the frame that the file lacks; their pixels hold padding, or the lowest value there is */
  missingBytes?: number
  /** rows at the end that are not wholly there; absent where what is missing lies everywhere */
  missingRows?: number
  /** integers beyond 2^53 lost their last digits */
  rounded?: boolean
}

/** An image file with its header read and its frames waiting. */
export interface OpenedImage {
  format: ImageFormat
  header: ImageHeader
  frameCount: number
  /** bytes held in memory for as long as the image is */
  byteLength: number
  /**
   * Decodes one frame.
   * @param frame from 0
   * @param options `partial`: native pixels that the file ends in are filled up instead of refused
   * @throws NidusError `frame-out-of-range`, `dicom-truncated`, `pixel-decode-failed`, …
   */
  readFrame(frame: number, options?: { partial?: boolean }): Promise<StoredFrame>
  /**
   * Overlays of a frame, for formats that have them.
   * @returns [rows, columns], 1 where an overlay is set; null where the frame has none, or not all of its pixels
   */
  readOverlay?(frame: number): Promise<Uint8Array | null>
}

/** The facts of one frame, whether the header keeps one entry for all or one for each. */
export function frameFacts(header: ImageHeader, frame: number): FrameFacts {
  return header.frames[header.frames.length === 1 ? 0 : frame] as FrameFacts
}
