/**
 * Names for folders, one for each ID: letters, digits, dots, hyphens and underscores only, at most 100 characters,
 * none twice (file systems that ignore case included), none that Windows reserves.
 * @returns a function from an ID and the name it would like to a name; the same ID gets the same name again
 */
export function createFolderNames(): (id: string, wanted: string) => string {
  const names = new Map<string, string>()
  const taken = new Set<string>()
  return (id, wanted) => {
    const known = names.get(id)
    if (known) return known
    const plain = wanted
      .replace(/[^A-Za-z0-9._-]+/g, '_')
      .replace(/^\.+|\.+$/g, '')
      .slice(0, 100)
    const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(plain)
    const base = plain === '' ? 'series' : reserved ? `_${plain}` : plain
    let name = base
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${base}-${n}`
    taken.add(name.toLowerCase())
    names.set(id, name)
    return name
  }
}
