/** A map file with its mask file, paths as given. */
export interface MapAndMask {
  map: string
  mask: string
  /** folder of the map relative to its root, with / ; '' at the root: stands for the patient unless told otherwise */
  folder: string
  stem: string
}

export interface MatchedFiles {
  pairs: MapAndMask[]
  mapsWithoutMask: string[]
  masksWithoutMap: string[]
}

/** Endings that map names add to the name of the slice, and that mask names add to it. */
const maskEndings = ['_mask', '_seg', '_label', '_gt']

/**
 * Pairs maps with masks by their path without extension, compared without regard to case:
 * 1. the same relative path (`p1/s3.npy` and `p1/s3.png`), where the mask's name may end in _mask, _seg, _label or _gt;
 * 2. a map's `<index>_<map>` (`p1/0003_combi.npy`) with `p1/0003`, or `p1/3`: leading zeros do not count;
 * 3. failing that, the same without folders, where that name occurs once among the maps and once among the masks.
 * @param maps paths relative to the maps folder, with /
 * @param masks paths relative to the masks folder, with /
 * @param mapName only files `<index>_<mapName>` are maps; all files where absent
 */
export function matchMasks(
  maps: readonly string[],
  masks: readonly string[],
  mapName?: string
): MatchedFiles {
  const wanted = mapName ? maps.filter((path) => isMap(path, mapName)) : maps
  const byPath = indexBy(masks, (path) =>
    maskKeys(path).map((key) => `${folderOf(path)}/${key}`.toLowerCase())
  )
  const byName = indexBy(masks, maskKeys)
  const mapNames = indexBy(wanted, (path) => mapKeys(stemOf(path)))
  const used = new Set<string>()
  const pairs: MapAndMask[] = []
  const mapsWithoutMask: string[] = []
  for (const map of wanted) {
    const keys = mapKeys(stemOf(map))
    const folder = folderOf(map)
    const mask =
      keys.map((key) => only(byPath, `${folder}/${key}`.toLowerCase())).find(Boolean) ??
      keys.map((key) => (mapNames.get(key)?.length === 1 ? only(byName, key) : undefined)).find(Boolean)
    if (!mask) {
      mapsWithoutMask.push(map)
      continue
    }
    used.add(mask)
    pairs.push({ map, mask, folder, stem: stemOf(map) })
  }
  return { pairs, mapsWithoutMask, masksWithoutMap: masks.filter((mask) => !used.has(mask)) }
}

/**
 * Pairs maps with masks by their place when both are sorted by path as people count (slice2 before slice10), for masks
 * that are named otherwise.
 * @returns null where the numbers of files differ
 */
export function matchInOrder(
  maps: readonly string[],
  masks: readonly string[],
  mapName?: string
): MatchedFiles | null {
  const wanted = inOrder(mapName ? maps.filter((path) => isMap(path, mapName)) : maps)
  if (wanted.length !== masks.length) return null
  const sorted = inOrder(masks)
  const pairs = wanted.map((map, i) => ({ map, mask: sorted[i], folder: folderOf(map), stem: stemOf(map) }))
  return { pairs, mapsWithoutMask: [], masksWithoutMap: [] }
}

function inOrder(paths: readonly string[]): string[] {
  const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })
  return paths.slice().sort(collator.compare)
}

function isMap(path: string, mapName: string): boolean {
  return stemOf(path).toLowerCase().endsWith(`_${mapName}`)
}

/** The map names that `<index>_<map>` files of a folder carry, sorted; empty where files are named otherwise. */
export function mapNamesOf(maps: readonly string[]): string[] {
  const names = new Set<string>()
  for (const path of maps) {
    const name = /^\d+_(.+)$/.exec(stemOf(path))?.[1]
    if (name) names.add(name.toLowerCase())
  }
  return [...names].sort()
}

function mapKeys(stem: string): string[] {
  const index = /^(\d+)_.+$/.exec(stem)?.[1]
  return index ? [plain(stem), plain(index)] : [plain(stem)]
}

function maskKeys(path: string): string[] {
  const stem = stemOf(path)
  const ending = maskEndings.find((own) => stem.toLowerCase().endsWith(own))
  const keys = mapKeys(stem).slice(0, 1)
  if (ending) keys.push(plain(stem.slice(0, -ending.length)))
  return keys
}

function plain(name: string): string {
  return /^\d+$/.test(name) ? String(Number(name)) : name.toLowerCase()
}

function indexBy(paths: readonly string[], keysOf: (path: string) => string[]): Map<string, string[]> {
  const index = new Map<string, string[]>()
  for (const path of paths) {
    for (const key of keysOf(path)) {
      const own = index.get(key)
      if (own) own.push(path)
      else index.set(key, [path])
    }
  }
  return index
}

function only(index: Map<string, string[]>, key: string): string | undefined {
  const own = index.get(key)
  return own?.length === 1 ? own[0] : undefined
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : ''
}

function stemOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.[^.]+$/, '')
}
