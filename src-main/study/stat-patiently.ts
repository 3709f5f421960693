import { promises as fs, type Stats } from 'node:fs'
import { Patience } from './patience'

/**
 * What the system says of a file.
 * @returns null where there is none that can be asked
 * @throws NidusError `file-unreadable` where its disk gives no answer
 */
export function statPatiently(path: string): Promise<Stats | null> {
  return new Patience().within(fs.stat(path).catch(() => null))
}
