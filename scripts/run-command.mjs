import { spawn } from 'node:child_process'

/**
 * Ends a child and everything it started. On POSIX the child must lead its own process group (`detached`).
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} [signal]
 */
export function killTree(child, signal = 'SIGTERM') {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  try {
    if (process.platform === 'win32')
      spawn('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore' })
    else process.kill(-child.pid, signal)
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
  }
}

/** Ends the tree when Ctrl-C or a plain kill reaches this process; returns the function that stops listening. */
export function passSignals(child) {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  const listeners = signals.map((signal) => [signal, () => killTree(child, signal)])
  for (const [signal, listener] of listeners) process.on(signal, listener)
  return () => {
    for (const [signal, listener] of listeners) process.removeListener(signal, listener)
  }
}

/**
 * Runs a program to its end.
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, limitMs?: number, show?: boolean }} [options] `show` passes the
 *   program's output through instead of collecting it; past `limitMs` the program and its children are killed
 * @returns {Promise<{ code: number | null, output: string, timedOut: boolean, missing: boolean }>} `code` null when
 *   a signal ended it; `output` holds stdout and stderr together; `missing` when there is no such program
 */
export function runCommand(program, args, { cwd, env, limitMs, show = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      env: env ?? process.env,
      detached: process.platform !== 'win32',
      stdio: show ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe']
    })
    const stopPassing = passSignals(child)
    let output = ''
    let timedOut = false
    const collect = (chunk) => {
      output = (output + chunk).slice(-200_000)
    }
    child.stdout?.setEncoding('utf8').on('data', collect)
    child.stderr?.setEncoding('utf8').on('data', collect)
    const timer =
      limitMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true
            killTree(child, 'SIGKILL')
          }, limitMs)
    const finish = (result) => {
      clearTimeout(timer)
      stopPassing()
      resolve({ output, timedOut, missing: false, ...result })
    }
    child.on('error', (error) =>
      finish({ code: null, output: error.message, missing: error.code === 'ENOENT' })
    )
    child.on('close', (code) => finish({ code }))
  })
}

/** The last line of a program's output that is not empty: usually its reason. */
export const lastLine = (output) => output.trim().split('\n').at(-1)?.trim() ?? ''
