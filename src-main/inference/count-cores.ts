import { readFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'

/** More threads than this have never paid for networks of our size. */
const mostThreads = 16

/**
 * Threads for one inference session: the physical cores this process may use, since two threads of one core only
 * take turns on its vector units.
 */
export function countThreads(): number {
  const logical = cpus().length || 1
  // Node 16, under the fallback Electron, does not know what a container may use.
  const allowed = typeof availableParallelism === 'function' ? availableParallelism() : logical
  return Math.max(1, Math.min(physicalCores(logical), allowed, mostThreads))
}

function physicalCores(logical: number): number {
  if (process.platform === 'linux') {
    try {
      return coresIn(readFileSync('/proc/cpuinfo', 'utf8')) ?? logical
    } catch {
      return logical
    }
  }
  const oneThreadACore = process.arch === 'arm64' || logical <= 4
  return oneThreadACore ? logical : Math.ceil(logical / 2)
}

/** Distinct cores in the text of /proc/cpuinfo; null where it does not tell them apart (arm64, some guests). */
export function coresIn(cpuinfo: string): number | null {
  const cores = new Set<string>()
  for (const block of cpuinfo.split(/\n\s*\n/)) {
    const core = /^core id\s*:\s*(\d+)/m.exec(block)?.[1]
    const socket = /^physical id\s*:\s*(\d+)/m.exec(block)?.[1]
    if (core !== undefined && socket !== undefined) cores.add(`${socket}/${core}`)
  }
  return cores.size || null
}
