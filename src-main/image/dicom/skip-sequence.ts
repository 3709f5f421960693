import { readElementHead, type ElementHead } from './read-element-head'
import type { TransferSyntax } from './transfer-syntaxes'

const undefinedLength = 0xffffffff
const item = 'xfffee000'
const itemEnd = 'xfffee00d'
const sequenceEnd = 'xfffee0dd'

/** An element or item of undefined length that is not at its end yet. */
interface Open {
  isItem: boolean
  /** what is in it names value representations */
  explicit: boolean
}

/** Deeper nesting than any object of the standard has: whoever made it meant to exhaust its reader. */
const maxDepth = 1000

/**
 * Steps over an element of undefined length (PS3.5 section 7.5) without keeping any of it: sequences within items
 * within sequences, and compressed pixels within icons.
 * @param head the element's; what follows it are items
 * @returns the position after its delimiter, or null where there is none or the nesting is too deep
 */
export function skipSequence(bytes: Uint8Array, head: ElementHead, syntax: TransferSyntax): number | null {
  const open: Open[] = [{ isItem: false, explicit: isExplicitInside(head, syntax.explicit) }]
  let position = head.dataOffset
  while (open.length <= maxDepth) {
    const { explicit } = open[open.length - 1] as Open
    const inner = readElementHead(bytes, position, explicit, syntax.littleEndian)
    if (!inner) return null
    position = inner.dataOffset
    if (inner.tag === itemEnd || inner.tag === sequenceEnd) {
      close(open, inner.tag === itemEnd)
      if (open.length === 0) return position
    } else if (inner.length === undefinedLength) {
      open.push({ isItem: inner.tag === item, explicit: isExplicitInside(inner, explicit) })
    } else position += inner.length
    if (position > bytes.length) return null
  }
  return null
}

/** Writers forget the end of an item before that of its sequence, and end items that have a length. */
function close(open: Open[], isItem: boolean): void {
  const last = open[open.length - 1] as Open
  if (isItem && !last.isItem) return
  if (!isItem) while ((open[open.length - 1] as Open).isItem) open.pop()
  open.pop()
}

/** Value representation UN of undefined length holds implicit elements whatever is around it (PS3.5 6.2.2). */
function isExplicitInside(head: ElementHead, explicit: boolean): boolean {
  return explicit && head.vr !== 'UN'
}
