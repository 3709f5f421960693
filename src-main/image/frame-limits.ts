/**
 * Pixels of a frame beyond which a header lies or the frame would not fit into memory: its stored values, their
 * modality values and what is sent to the window are there at the same time. The largest detectors give a tenth of it.
 */
export const maxFramePixels = 1 << 27

/** Whole slide images have some hundred thousand frames; a header that claims more than a million lies. */
export const maxFrames = 1 << 20

/** What is unpacked at most in search of a header, whatever the file as a whole would give. */
export const maxHeaderBytes = 1 << 28
