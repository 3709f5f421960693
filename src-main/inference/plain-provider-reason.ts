import type { UsedProvider } from '../contract/analysis'

/** What ONNX Runtime and drivers say, and what it means to whoever reads the status bar. */
const meanings: [pattern: RegExp, meaning: (found: RegExpExecArray) => string][] = [
  [
    /Failed to get a WebGPU adapter|No supported adapters|requestAdapter/i,
    () => 'no graphics processor with a driver that WebGPU can use (Vulkan on Linux) was found'
  ],
  [/Couldn't load Vulkan|libvulkan/i, () => 'the Vulkan library is not installed (on Debian: libvulkan1)'],
  [
    /(lib(?:cu|nv)[a-z]+\.so(?:\.\d+)*): cannot open shared object/i,
    ([, library]) => `the library ${library} is missing: install CUDA 12 and cuDNN 9`
  ],
  [
    /libonnxruntime_providers_\w+|Failed to load shared library/i,
    () => 'its files of ONNX Runtime cannot be loaded; CUDA 12 or cuDNN 9 may be missing'
  ],
  [/CUDA driver version is insufficient/i, () => 'the NVIDIA driver is too old for CUDA 12'],
  [
    /no CUDA-capable device|CUDA_ERROR_NO_DEVICE|cudaErrorNoDevice/i,
    () => 'no NVIDIA graphics processor was found'
  ],
  [/out of memory|bad_alloc|OOM/i, () => 'the memory of the graphics processor is too small for this model'],
  [
    /backend not found|not (?:enabled|available|supported) in this build|not compiled/i,
    () => 'this build of ONNX Runtime does not include it'
  ],
  [/DXGI|D3D12|DirectML/i, () => 'no graphics processor with DirectX 12 was found']
]

/** Paths and source lines of the runtime's build machine. */
const sources = /(?:[A-Za-z]:)?[\w./\\+-]*[\\/][\w./\\+-]*(?::\d+)?/g

/**
 * Why a provider does not work, in plain words. What has no translation keeps its own words without the paths.
 * @param raw message of ONNX Runtime or the driver, any number of lines
 */
export function plainProviderReason(provider: UsedProvider, raw: string): string {
  for (const [pattern, meaning] of meanings) {
    const found = pattern.exec(raw)
    if (found) return meaning(found)
  }
  const words = (raw.split('\n')[0] ?? '').replace(sources, '').replace(/\s+/g, ' ').trim()
  return words ? words.slice(0, 200) : `${provider} does not start`
}
