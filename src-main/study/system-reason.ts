import { NidusError } from '../contract/errors'

/** The operating system's reason in a few words: its error code without the path, which the problem names already. */
export function systemReason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'EACCES' || code === 'EPERM') return 'no permission to read it'
  if (code === 'ELOOP') return 'its symbolic links go in circles'
  if (code === 'ENAMETOOLONG') return 'its path is longer than the system allows'
  if (code === 'EIO') return 'its disk reports an error'
  return code ? `it could not be read (${code})` : 'it could not be read'
}

/** Why a file could not be read, in a few words: the reader's own reason where there is one, else {@link systemReason}. */
export function reasonOf(error: unknown): string {
  return error instanceof NidusError ? String(error.context.reason ?? error.code) : systemReason(error)
}
