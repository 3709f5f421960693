import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { openImage } from '../../../../src-main/image/open-image'
import { readImageHeader } from '../../../../src-main/image/read-image-header'
import { buildDicom, imageElements, text } from '../../../helpers/build-dicom'

const latin = (content: string): Uint8Array => new Uint8Array(Buffer.from(content, 'latin1'))

describe('what is not an image is called by its name', () => {
  it.each([
    ['a PDF document', latin('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj')],
    ['a Windows program', latin('MZ\x90\0\x03\0\0\0\x04\0\0\0')],
    ['a Linux program', latin('\x7fELF\x02\x01\x01\0\0\0\0\0\0')],
    ['a text file', new TextEncoder().encode('Befund vom 3. Mai: unauffällig.\n')],
    ['a web page', latin('\n<!doctype HTML><html>')],
    ['an XML document', latin('\xef\xbb\xbf<?xml version="1.0"?>')],
    ['a GIF picture', latin('GIF89a\x10\0\x10\0')],
    [
      'a zip archive: unpack it, or open it under a name that ends in .zip as a study',
      latin('PK\x03\x04\x14\0\x06\0\x08\0\0\0')
    ],
    ['an HDF5 or MINC file', latin('\x89HDF\r\n\x1a\n\0')],
    ['a file of zeros', new Uint8Array(4000)],
    [
      'not an image of a known format',
      latin('\x01\x02\xfe\x9c\x80\x03\x9d\x11\x12\xff\x83\x91\x01\0\x80\0\x81')
    ],
    ['a text file', new Uint8Array(gzipSync('words in gzip, many words in gzip, and some more of them'))]
  ])('%s', async (name, bytes) => {
    for (const read of [() => openImage(bytes), () => readImageHeader(bytes, true)])
      await expect(read()).rejects.toMatchObject({ code: 'format-unknown', context: { reason: name } })
  })

  // UIDs of PS3.6 annex A
  it.each([
    ['an encapsulated PDF document', '1.2.840.10008.5.1.4.1.1.104.1', 'DOC'],
    ['a structured report', '1.2.840.10008.5.1.4.1.1.88.33', 'SR'],
    ['a key object selection', '1.2.840.10008.5.1.4.1.1.88.59', 'KO'],
    ['an RT structure set', '1.2.840.10008.5.1.4.1.1.481.3', 'RTSTRUCT'],
    ['an RT plan', '1.2.840.10008.5.1.4.1.1.481.5', 'RTPLAN'],
    ['a presentation state', '1.2.840.10008.5.1.4.1.1.11.1', 'PR'],
    ['a waveform, such as an ECG', '1.2.840.10008.5.1.4.1.1.9.1.1', 'ECG'],
    ['raw data of a scanner', '1.2.840.10008.5.1.4.1.1.66', 'OT']
  ])('%s in DICOM', async (name, sopClassUid, modality) => {
    const extra = [text([0x0008, 0x0016], 'UI', sopClassUid)]
    const bytes = buildDicom(imageElements({ modality, extra }, null))
    await expect(openImage(bytes)).rejects.toMatchObject({
      code: 'dicom-no-pixel-data',
      context: { reason: `${name}, which holds no image` }
    })
  })
})
