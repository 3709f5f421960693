import { mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/**
 * Makes a folder and those above it; one that is there already is left as it is. Node's own recursive mkdir never
 * comes back where the system answers ENOENT below a folder that exists, as Linux does under /proc.
 * @throws the system's error where the folder cannot be made or something else bears its name
 */
export async function makeFolder(path: string): Promise<void> {
  const folder = resolve(path)
  const refused = await tryMkdir(folder)
  if (refused?.code !== 'ENOENT') return settle(folder, refused)
  const above = dirname(folder)
  if (above === folder || (await isFolder(above))) throw refused
  await makeFolder(above)
  await settle(folder, await tryMkdir(folder))
}

async function settle(folder: string, refused: NodeJS.ErrnoException | null): Promise<void> {
  if (refused && !(await isFolder(folder))) throw refused
}

async function tryMkdir(folder: string): Promise<NodeJS.ErrnoException | null> {
  try {
    await mkdir(folder)
    return null
  } catch (thrown) {
    return thrown as NodeJS.ErrnoException
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false
  )
}
