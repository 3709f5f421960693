import { openPair } from './nifti-pair'
import { openPlain, type Source } from './open-plain'
import { openArchived, type ArchivedFile } from './zip/open-archive'
import { readEntry } from './zip/read-entry'

/**
 * Opens a file for reading; the caller closes it.
 * @param path an ordinary path, or `archive.zip!/name`; the header of a NIfTI pair stands for both of its files
 */
export async function openSource(path: string): Promise<Source> {
  return (await openPair(path, openSingle)) ?? openSingle(path)
}

async function openSingle(path: string): Promise<Source> {
  const archived = await openArchived(path)
  return archived ? sourceInArchive(archived) : openPlain(path)
}

function sourceInArchive({ bytes, entry }: ArchivedFile): Source {
  const readAll = (): Promise<Uint8Array> => readEntry(bytes, entry, Infinity)
  return {
    sizeBytes: entry.sizeBytes,
    modifiedMs: bytes.modifiedMs,
    readBeginning: (length) => readEntry(bytes, entry, length),
    readEnd: async (length) => (await readAll()).slice(-length),
    readAll,
    close: () => bytes.close()
  }
}
