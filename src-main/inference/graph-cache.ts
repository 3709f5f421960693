import { createHash } from 'node:crypto'
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { GradientModel } from '../gradient/build-gradient-model'
import { makeFolder } from '../platform/make-folder'

/** A gradient graph ready for a session, and whether its operators may be trusted with batches. */
export type ReadyGraph = Omit<GradientModel, 'notes'> & {
  steady: boolean
  /** shape of one noise without the batch, for graphs that take some */
  noiseShape?: number[]
}

/** Gradient graphs kept on disk. */
export interface GraphCache {
  /**
   * The graph of this key from disk, else a new one, which is kept for the next start.
   * @param key all that decides over the graph: hash of the forward graph, roles, losses, outputs
   */
  get(key: string, make: () => ReadyGraph): Promise<ReadyGraph>
}

/** Graphs that are kept; the oldest go first. */
const mostGraphs = 16
const hashBytes = 32

/**
 * Keeps gradient graphs in a folder, one file each: sha256 of the rest, length of the facts (uint32, little endian),
 * the facts as JSON, the ONNX bytes. What is missing, damaged or of another build is made anew; a folder that
 * cannot be written costs the time of making it, nothing else.
 * @param buildId of the running code: graphs of another one do not count
 */
export function createGraphCache(folder: string, buildId: string): GraphCache {
  return {
    async get(key, make) {
      const name = `${sha256(Buffer.from(`${buildId}\n${key}`)).toString('hex')}.graph`
      const path = join(folder, name)
      const kept = await readFile(path).then(unpack, () => null)
      if (kept) return kept
      const made = make()
      await keep(folder, path, pack(made)).catch(() => undefined)
      return made
    }
  }
}

function pack({ model, ...facts }: ReadyGraph): Buffer {
  const text = Buffer.from(JSON.stringify(facts))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(text.length)
  const body = Buffer.concat([length, text, model])
  return Buffer.concat([sha256(body), body])
}

/** Null for anything that is not exactly what was written. */
function unpack(bytes: Buffer): ReadyGraph | null {
  const body = bytes.subarray(hashBytes)
  if (body.length < 4 || !sha256(body).equals(bytes.subarray(0, hashBytes))) return null
  const end = 4 + body.readUInt32LE(0)
  const facts = JSON.parse(body.toString('utf8', 4, end)) as Omit<ReadyGraph, 'model'>
  return { ...facts, model: body.subarray(end) }
}

/** Writes under another name first, so that no reader sees half a graph. */
async function keep(folder: string, path: string, bytes: Buffer): Promise<void> {
  const partial = `${path}.${process.pid}.part`
  await makeFolder(folder)
  try {
    await writeFile(partial, bytes)
    await rename(partial, path)
  } catch (thrown) {
    await rm(partial, { force: true })
    throw thrown
  }
  await dropOldest(folder)
}

async function dropOldest(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.graph'))
  if (names.length <= mostGraphs) return
  const files = await Promise.all(
    names.map(async (name) => ({ name, writtenMs: (await stat(join(folder, name))).mtimeMs }))
  )
  files.sort((a, b) => b.writtenMs - a.writtenMs)
  for (const { name } of files.slice(mostGraphs)) await rm(join(folder, name), { force: true })
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}
