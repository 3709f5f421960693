import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** A process and all that it started, by /proc. */
export function processTree(root: number): number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      // pid (name) state ppid …; the name may hold spaces and parentheses
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
    } catch {
      // ended in the meantime
    }
  }
  const tree = [root]
  for (const pid of tree) for (const [child, parent] of parents) if (parent === pid) tree.push(child)
  return tree
}

/**
 * The internet sockets that processes hold: TCP, UDP and raw, over IPv4 and IPv6, in any state. Sockets of the unix
 * kind (the display, the processes of the app among themselves) do not count.
 * @returns one line a socket: protocol and remote address, in hexadecimal as the kernel shows it
 */
export function internetSockets(pids: number[]): string[] {
  const byInode = new Map<string, string>()
  for (const protocol of ['tcp', 'tcp6', 'udp', 'udp6', 'raw', 'raw6', 'udplite', 'udplite6']) {
    let table: string
    try {
      table = readFileSync(`/proc/net/${protocol}`, 'utf8')
    } catch {
      continue
    }
    for (const line of table.trim().split('\n').slice(1)) {
      const columns = line.trim().split(/\s+/)
      byInode.set(columns[9], `${protocol} ${columns[2]}`)
    }
  }
  const found: string[] = []
  for (const pid of pids) {
    let descriptors: string[]
    try {
      descriptors = readdirSync(`/proc/${pid}/fd`)
    } catch {
      continue
    }
    for (const descriptor of descriptors) {
      try {
        const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${descriptor}`))?.[1]
        const socket = inode && byInode.get(inode)
        if (socket) found.push(socket)
      } catch {
        // closed in the meantime
      }
    }
  }
  return found
}
