import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { release } from 'node:os'
import { join } from 'node:path'
import type { UsedProvider } from '../contract/analysis'
import { appRoot } from './app-paths'

/**
 * What a verdict on a provider depends on besides the model: operating system, ONNX Runtime and, where it can be
 * told, the graphics driver.
 * @param graphics driver and devices as the app's own window knows them; unknown to the command line
 */
export function describeMachine(provider: UsedProvider, graphics = ''): string {
  return [process.platform, process.arch, release(), runtimeVersion(), driverOf(provider), graphics].join(' ')
}

function runtimeVersion(): string {
  try {
    const { version } = createRequire(join(appRoot(), 'package.json'))('onnxruntime-node/package.json') as {
      version: string
    }
    return `onnxruntime ${version}`
  } catch {
    return 'onnxruntime unknown'
  }
}

/** Version of the NVIDIA kernel driver on Linux; drivers of other systems come and go with the system's release. */
function driverOf(provider: UsedProvider): string {
  if (provider === 'cpu' || process.platform !== 'linux') return ''
  try {
    const text = readFileSync('/proc/driver/nvidia/version', 'utf8')
    return `nvidia ${/\s(\d+\.\d+(?:\.\d+)?)\s/.exec(text)?.[1] ?? 'unknown'}`
  } catch {
    return 'no nvidia driver'
  }
}
