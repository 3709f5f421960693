import { readdirSync, readFileSync } from 'node:fs'

/** Processes of a process and all below it; empty where /proc is missing. */
function treeOf(pid: number): number[] {
  try {
    const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
    )
    return [pid, ...children.flatMap(treeOf)]
  } catch {
    return []
  }
}

/** A size in MiB from a file of /proc, 0 for a process that has ended meanwhile. */
function sizeIn(path: string, name: string): number {
  try {
    return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(path, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

/** Resident sets of a process and all below it added up, MiB: pages that several share count for each. Quick. */
export function residentOfTree(pid: number): number {
  return treeOf(pid).reduce((sum, one) => sum + sizeIn(`/proc/${one}/status`, 'VmRSS'), 0)
}

/** Memory of a process and all below it, MiB, shared pages counted once. Halts each process for milliseconds. */
export function proportionalOfTree(pid: number): number {
  return treeOf(pid).reduce((sum, one) => sum + sizeIn(`/proc/${one}/smaps_rollup`, 'Pss'), 0)
}
