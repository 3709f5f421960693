/** DICOM objects without an image (PS3.6 annex A), by what a radiologist calls them. */
const names: Record<string, string> = {
  '1.2.840.10008.5.1.4.1.1.104.1': 'an encapsulated PDF document',
  '1.2.840.10008.5.1.4.1.1.104.2': 'an encapsulated CDA document',
  '1.2.840.10008.5.1.4.1.1.104.3': 'an encapsulated STL model',
  '1.2.840.10008.5.1.4.1.1.104.4': 'an encapsulated OBJ model',
  '1.2.840.10008.5.1.4.1.1.104.5': 'an encapsulated MTL file',
  '1.2.840.10008.5.1.4.1.1.481.3': 'an RT structure set',
  '1.2.840.10008.5.1.4.1.1.481.4': 'an RT treatment record',
  '1.2.840.10008.5.1.4.1.1.481.5': 'an RT plan',
  '1.2.840.10008.5.1.4.1.1.481.8': 'an RT ion plan',
  '1.2.840.10008.5.1.4.1.1.66': 'raw data of a scanner',
  '1.2.840.10008.5.1.4.1.1.66.1': 'a spatial registration',
  '1.2.840.10008.5.1.4.1.1.66.2': 'a spatial fiducials object',
  '1.2.840.10008.5.1.4.1.1.66.3': 'a deformable registration',
  '1.2.840.10008.5.1.4.1.1.66.5': 'a surface segmentation',
  '1.2.840.10008.5.1.4.1.1.66.6': 'tractography results',
  '1.2.840.10008.5.1.4.1.1.4.2': 'MR spectroscopy data',
  '1.2.840.10008.5.1.4.1.1.88.59': 'a key object selection',
  '1.2.840.10008.5.1.4.1.1.67': 'a real world value mapping'
}

/** Families of objects, by how their UIDs begin. */
const families: [prefix: string, name: string][] = [
  ['1.2.840.10008.5.1.4.1.1.88.', 'a structured report'],
  ['1.2.840.10008.5.1.4.1.1.11.', 'a presentation state'],
  ['1.2.840.10008.5.1.4.1.1.9.', 'a waveform, such as an ECG'],
  ['1.2.840.10008.5.1.4.1.1.481.', 'a radiotherapy object'],
  ['1.2.840.10008.5.1.4.38.', 'a hanging protocol'],
  ['1.2.840.10008.5.1.4.34.', 'a worklist or procedure step']
]

/** What an object of a SOP class is that holds no image; null for those that should, and for unknown ones. */
export function nameSopClass(uid: string | null): string | null {
  if (uid === null) return null
  return names[uid] ?? families.find(([prefix]) => uid.startsWith(prefix))?.[1] ?? null
}
