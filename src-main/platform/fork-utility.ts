import { utilityProcess } from 'electron'

/** A process of the app, seen from the one that started it. */
export interface ForkedUtility<ToProcess, FromProcess> {
  post(message: ToProcess): void
  onMessage(listener: (message: FromProcess) => void): void
  /** `code` is null where the process ended without one */
  onExit(listener: (code: number | null) => void): void
  kill(): void
}

interface UtilityOptions {
  /** as the system's list of processes shows it */
  serviceName: string
  args?: string[]
  env?: Record<string, string>
  /** whether what the process prints is shown */
  showOutput?: boolean
  /** whether it is ended without being asked: for a process that may be past listening, and has nothing to lose */
  endHard?: boolean
}

/**
 * Starts a built file as an Electron utility process. Messages to a process that has ended are dropped; that it ended
 * is what onExit tells.
 * @param entry the built file
 */
export function forkUtility<ToProcess, FromProcess>(
  entry: string,
  { serviceName, args = [], env, showOutput = false, endHard = false }: UtilityOptions
): ForkedUtility<ToProcess, FromProcess> {
  const child = utilityProcess.fork(entry, args, {
    serviceName,
    stdio: showOutput ? 'inherit' : 'ignore',
    ...(env && { env })
  })
  let gone = false
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  void ended.then(() => (gone = true))
  return {
    post: (message) => {
      if (!gone) child.postMessage(message)
    },
    onMessage: (listener) => void child.on('message', (message) => listener(message as FromProcess)),
    onExit: (listener) => void ended.then(listener),
    kill: () => {
      const { pid } = child
      if (endHard && pid !== undefined && !gone) endProcess(pid)
      else child.kill()
    }
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // it has ended by itself
  }
}
