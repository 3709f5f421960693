import type { ErrorCode, ErrorContext } from '../../src-main/contract/errors'
import { RequestError } from './nidus'

type Wording = string | ((context: ErrorContext) => string)

const because = (sentence: string) => (context: ErrorContext) =>
  context.reason ? `${sentence} ${String(context.reason)}` : sentence

const wordings: Record<ErrorCode, Wording> = {
  'file-not-found': 'The file does not exist any more.',
  'file-unreadable': because('The file could not be read.'),
  'file-empty': 'The file is empty.',
  'format-unknown': 'No image that Nidus can read.',
  'dicom-malformed': because('Damaged DICOM file.'),
  'dicom-truncated': because('The DICOM file ends too early; it may have been copied in part.'),
  'dicom-no-pixel-data': 'A DICOM file without an image.',
  'dicom-transfer-syntax-unsupported': ({ transferSyntax }) =>
    `The image is compressed in a way that is not supported${transferSyntax ? ` (${String(transferSyntax)})` : ''}.`,
  'dicom-pixel-layout-unsupported': because('The arrangement of the pixels is not supported.'),
  'pixel-decode-failed': because('The image data could not be decoded.'),
  'raster-malformed': because('Damaged image file.'),
  'raster-unsupported': because('This kind of image file is not supported.'),
  'frame-out-of-range': 'The file has no such frame.',
  'nothing-readable': 'Nothing in this place could be read as an image.',
  'model-not-found': ({ id, modelId }) =>
    id || modelId ? `There is no model '${String(id ?? modelId)}'.` : 'No model is installed.',
  'model-manifest-invalid': because('The description of the model (model.json) is not valid.'),
  'model-hash-mismatch':
    'The model file is not the one that its description names (SHA-256 differs); it was not loaded.',
  'model-exists': because('A model with this ID is there already.'),
  'model-statistics-failed': because('The statistics of normal images could not be worked out.'),
  'model-file-missing': 'The model file is missing.',
  'model-session-failed': because('The model could not be started.'),
  'onnx-malformed': because('Damaged model file.'),
  'onnx-external-data-missing': 'A weights file that belongs to the model is missing.',
  'onnx-opset-unsupported': because('The model uses a version of ONNX that is not supported.'),
  'onnx-operator-without-gradient': ({ operator }) =>
    `No gradient can be made through the operator ${String(operator ?? '')} of this model.`,
  'onnx-role-invalid': because('The outputs of the model do not fit its description.'),
  'onnx-shape-unknown': because('The sizes inside the model can not be told.'),
  'onnx-gradient-check-failed': because('The gradients of the model did not pass their check.'),
  'provider-unavailable': because('The processor asked for can not be used here.'),
  'engine-crashed': 'The engine stopped again and again; the analysis was given up. The study is still open.',
  'engine-failed': because('The analysis failed.'),
  'slice-without-foreground': 'The slice shows too little of the patient to be analysed.',
  'map-unavailable': 'This model can not make this map.',
  'feedback-unavailable': because('The store of verdicts can not be opened.'),
  'feedback-newer': 'The store of verdicts was written by a newer version of Nidus.',
  'feedback-corrupt': because('The store of verdicts is damaged.'),
  'feedback-blinded': 'The verdicts of other readers are hidden until they are unblinded.',
  'feedback-import-invalid': because('The verdicts could not be imported.'),
  'settings-damaged': because(
    'The stored settings were damaged; what could not be read is as it was at the first start.'
  ),
  'threshold-changed': 'The threshold in use has changed since the proposal was made: make a new one.',
  'request-invalid': because('The window asked for something malformed.'),
  'sender-foreign': 'A request from a foreign page was refused.',
  'not-found': because('It is not open any more.'),
  'series-growing':
    'The images of this series are still being read. It can be analysed once they are all there.',
  usage: because('The command line was not understood.'),
  'output-unwritable': because('The file could not be written.'),
  internal: because('Something went wrong inside Nidus.')
}

/** A failure in plain words. */
export function describeError(code: ErrorCode | string, context: ErrorContext = {}): string {
  const wording = (wordings as Partial<Record<string, Wording>>)[code]
  if (wording === undefined) return code
  return typeof wording === 'string' ? wording : wording(context)
}

/** Anything thrown, in plain words. */
export function describeThrown(thrown: unknown): string {
  if (thrown instanceof RequestError) return describeError(thrown.code, thrown.context)
  return thrown instanceof Error ? thrown.message : String(thrown)
}
