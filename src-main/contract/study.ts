import type { ErrorCode } from './errors'

/** Where a slice's stored pixels lie. `frame` counts from 0 inside the file. */
export interface SliceSource {
  path: string
  frame: number
}

/** A VOI lookup table (DICOM PS3.3 C.11.2.1.1): entries for the modality values from `firstMapped` on, ends clamped. */
export interface VoiTable {
  firstMapped: number
  /** entries lie in 0 to 2^bits - 1 */
  bits: number
  values: Uint8Array | Uint16Array
}

/** A display window in modality values (DICOM PS3.3 C.11.2.1.2); `shadeOf` in apply-window.ts has the equations. */
export interface ValueWindow {
  center: number
  width: number
  explanation?: string
  /** VOI LUT Function (0028,1056); `linear` where absent */
  function?: 'linear' | 'linear-exact' | 'sigmoid'
  /** takes the place of the function; centre and width say which values the table is spread over */
  lut?: VoiTable
}

/** One image plane. Geometry is in the patient's LPS millimetres (DICOM PS3.3 C.7.6.2). */
export interface Slice {
  /** `${series.id}/${number}`, where the number stays with the image while the series grows */
  id: string
  /** position in the series' anatomical order, from 0 */
  index: number
  source: SliceSource
  sopInstanceUid: string | null
  instanceNumber: number | null
  rows: number
  columns: number
  /** Pixel Spacing (0028,0030): between rows (vertical), between columns (horizontal) */
  spacingMm: [row: number, column: number] | null
  /**
   * height and width of a pixel by which it is drawn where `spacingMm` is null: Pixel Aspect Ratio (0028,0034), Imager
   * Pixel Spacing (0018,1164) or Nominal Scanned Pixel Spacing (0018,2010). Only their ratio means anything.
   */
  pixelAspect?: [row: number, column: number] | null
  /** Image Position (Patient): centre of the first pixel */
  positionMm: [number, number, number] | null
  /** Image Orientation (Patient): cosines of the row direction, then of the column direction */
  orientation: number[] | null
  distanceAlongNormalMm: number | null
  /** suggested for this slice, where its header suggests others than the series' */
  windows?: ValueWindow[]
  /** the file ends inside these pixels: what is missing is filled up, and they are not analysed */
  partial?: boolean
}

/** One stack of slices that can be scrolled through, in anatomical order. */
export interface Series {
  /** study-local short id such as `s1-2`; holds no identifier */
  id: string
  seriesInstanceUid: string
  /** DICOM Modality; `OT` where the format does not say */
  modality: string
  description: string
  bodyPart: string | null
  /** unit of the modality values: `HU`, `signal`, `stored value`, … */
  valueUnit: string
  /** suggested windows, the default first; never empty */
  windows: ValueWindow[]
  photometricInterpretation: string
  color: boolean
  frameOfReferenceUid: string | null
  orderedBy: 'position' | 'instance-number' | 'acquisition' | 'file-name'
  slices: Slice[]
  /**
   * while files of the same opening are still read: how often the series was put together. More slices may come, and
   * then lie between those that are here; nothing is to be kept by a slice's index meanwhile.
   */
  growing?: number
  /** between processes only: how many slices there are, where `slices` holds none of them and they come in parts */
  sliceCount?: number
}

/** Series of one Study Instance UID. */
export interface Study {
  id: string
  studyInstanceUid: string
  description: string
  /** patient name or ID for the window only: never in logs, errors, file names or reports */
  patientLabel: string
  /** Study Date as YYYY-MM-DD, or '' */
  date: string
  series: Series[]
  /** true where the header says that the study is generated and holds no patient */
  generated: boolean
}

/** What could not be read, or was doubtful, and why. */
export interface StudyProblem {
  code: ErrorCode | string
  path: string
  message: string
  /** the series that it is about, where it is about how one is shown */
  seriesId?: string
  /** nothing is lost or doubtful: what is worth knowing of how images are shown */
  note?: true
}

/** The outcome of opening paths: what opened, and what did not. */
export interface OpenedStudies {
  studies: Study[]
  problems: StudyProblem[]
  /** the reader of the images stopped it; nothing of it is open then */
  cancelled?: boolean
}
