import { readFileSync } from 'node:fs'
import { NidusError } from '../../src-main/contract/errors'
import type { ImageHeader } from '../../src-main/image/image-types'
import { readImageHeader } from '../../src-main/image/read-image-header'
import { agrees, headerFacts } from './header-facts'

/** What came of comparing one file's header with another program's print of it. */
export interface Comparison {
  compared: number
  disagreements: string[]
}

/** The header of a file that holds an image, or the code of why there is none. Throws on faults of our own. */
export async function headerOrCode(path: string): Promise<ImageHeader | string> {
  const found = await readImageHeader(new Uint8Array(readFileSync(path)), true).catch((error: unknown) => {
    if (error instanceof NidusError && error.code !== 'internal') return error.code
    throw error
  })
  return found ?? 'more bytes needed'
}

/**
 * Every fact of the header that the other program prints, too.
 * @param elements tag in eight hexadecimal digits with a comma -> the value as printed, without brackets
 */
export function compareHeader(header: ImageHeader, elements: Map<string, string>): Comparison {
  const disagreements: string[] = []
  let compared = 0
  for (const [tag, factOf] of Object.entries(headerFacts)) {
    const printed = elements.get(tag)
    if (printed === undefined) continue
    const fact = factOf(header)
    compared++
    if (!agrees(tag, printed, fact)) disagreements.push(`(${tag}) ${printed} <> ${JSON.stringify(fact)}`)
  }
  return { compared, disagreements }
}
