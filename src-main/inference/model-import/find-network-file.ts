import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { NidusError } from '../../contract/errors'

/** Where the parts of a model to be added lie. */
export interface ModelSource {
  /** the ONNX file */
  network: string
  /** folder that it lies in */
  folder: string
  /** model.json and case.json beside it, where there are such */
  manifest: string | null
  roles: string | null
}

/**
 * Finds the ONNX file that a user means, and what describes it.
 * @param path an ONNX file, or a folder with one (of several the one named model.onnx)
 * @throws model-file-missing
 */
export async function findNetworkFile(path: string): Promise<ModelSource> {
  const whole = resolve(path)
  const facts = await stat(whole).catch((thrown: NodeJS.ErrnoException) => {
    const reason = thrown.code ?? thrown.message
    throw new NidusError('model-file-missing', { path, reason }, { cause: thrown })
  })
  const folder = facts.isDirectory() ? whole : dirname(whole)
  const names = await readdir(folder)
  const network = facts.isDirectory() ? onlyNetwork(path, names) : basename(whole)
  const beside = (name: string): string | null => (names.includes(name) ? join(folder, name) : null)
  return {
    network: join(folder, network),
    folder,
    manifest: beside('model.json'),
    roles: beside('case.json')
  }
}

function onlyNetwork(path: string, names: string[]): string {
  const networks = names.filter((name) => name.toLowerCase().endsWith('.onnx')).sort()
  if (networks.includes('model.onnx')) return 'model.onnx'
  if (networks.length === 1) return networks[0]
  const reason =
    networks.length === 0
      ? 'the folder holds no .onnx file'
      : `the folder holds several .onnx files (${networks.join(', ')}); name one of them`
  throw new NidusError('model-file-missing', { path, reason })
}
