/** The operating system's reason in a few words: its error code without the path, which the problem names already. */
export function systemReason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'EACCES' || code === 'EPERM') return 'no permission to read it'
  if (code === 'ELOOP') return 'its symbolic links go in circles'
  if (code === 'ENAMETOOLONG') return 'its path is longer than the system allows'
  if (code === 'EIO') return 'its disk reports an error'
  return code ? `it could not be read (${code})` : 'it could not be read'
}
