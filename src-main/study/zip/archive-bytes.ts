import { openPlain } from '../open-plain'

/** The bytes of an archive, wherever they lie. */
export interface ArchiveBytes {
  sizeBytes: number
  /** of the file on the disk that holds them */
  modifiedMs: number
  /** what they keep in memory */
  heldBytes: number
  /** @returns fewer bytes where the archive ends before */
  read(offset: number, length: number): Promise<Uint8Array>
  /** The same bytes for somebody else, who closes them as well. */
  share(): ArchiveBytes
  /** To be called once; nothing is read afterwards. */
  close(): Promise<void>
}

type Unshared = Omit<ArchiveBytes, 'share'>

/** @throws NidusError `file-unreadable` for what is no file, and errors of the file system */
export async function bytesOfFile(path: string): Promise<ArchiveBytes> {
  const { sizeBytes, modifiedMs, readAt, close } = await openPlain(path)
  return shared({ sizeBytes, modifiedMs, heldBytes: 0, read: readAt, close })
}

/** @param modifiedMs of the file that they were unpacked from */
export function bytesInMemory(bytes: Uint8Array, modifiedMs: number): ArchiveBytes {
  return shared({
    sizeBytes: bytes.length,
    modifiedMs,
    heldBytes: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
    close: async () => undefined
  })
}

/** A part of other bytes, which it shares. */
export function bytesWithin(whole: ArchiveBytes, start: number, length: number): ArchiveBytes {
  const own = whole.share()
  const sizeBytes = clamp(length, 0, whole.sizeBytes - start)
  return shared({
    ...own,
    sizeBytes,
    read: (offset, wanted) => own.read(start + offset, clamp(wanted, 0, sizeBytes - offset)),
    close: () => own.close()
  })
}

function shared(bytes: Unshared): ArchiveBytes {
  let holders = 1
  const one = (): ArchiveBytes => ({
    ...bytes,
    share() {
      holders++
      return one()
    },
    close: async () => (--holders === 0 ? bytes.close() : undefined)
  })
  return one()
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high))
}
