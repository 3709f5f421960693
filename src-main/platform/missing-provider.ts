import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { UsedProvider } from '../contract/analysis'
import { appRoot } from './app-paths'

/**
 * Why a provider cannot be tried on this installation, or null. The CUDA files of ONNX Runtime are a download of
 * their own; without them there is no point in starting a process to find out.
 */
export function missingProvider(provider: UsedProvider): string | null {
  if (provider !== 'cuda' || process.platform !== 'linux') return null
  if (process.arch !== 'x64') return 'ONNX Runtime has CUDA for x64 only'
  const files = ['libonnxruntime_providers_cuda.so', 'libonnxruntime_providers_shared.so']
  const folder = runtimeFolder()
  return files.every((file) => existsSync(join(folder, file)))
    ? null
    : "the CUDA files of ONNX Runtime are not installed (see 'npm run setup:cuda')"
}

/** Where onnxruntime-node keeps its libraries for this platform. */
function runtimeFolder(): string {
  const main = createRequire(join(appRoot(), 'package.json')).resolve('onnxruntime-node')
  const folder = join(dirname(main), '..', 'bin', 'napi-v6', process.platform, process.arch)
  return folder.replace(/\bapp\.asar\b/, 'app.asar.unpacked')
}
