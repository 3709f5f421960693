import { describe, expect, it } from 'vitest'
import type { UsedProvider } from '../../../../src-main/contract/analysis'
import { plainProviderReason } from '../../../../src-main/inference/plain-provider-reason'

// What onnxruntime-node 1.30 said on Linux without a graphics processor, and what CUDA and its loader say.
const said: [UsedProvider, string, RegExp][] = [
  [
    'webgpu',
    '/onnxruntime_src/onnxruntime/core/providers/webgpu/webgpu_context.cc:136 onnxruntime::webgpu::WebGpuContext::Initialize(const onnxruntime::webgpu::WebGpuContextConfig&)::<lambda()> adapter_result.status == wgpu::RequestAdapterStatus::Success was false. Failed to get a WebGPU adapter: No supported adapters\n',
    /^no graphics processor with a driver that WebGPU can use/
  ],
  [
    'cuda',
    '/onnxruntime_src/onnxruntime/core/session/provider_bridge_ort.cc:1988 Failed to load library libonnxruntime_providers_cuda.so with error: libcudnn.so.9: cannot open shared object file: No such file or directory',
    /^the library libcudnn\.so\.9 is missing: install CUDA 12 and cuDNN 9$/
  ],
  [
    'cuda',
    'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
    /cannot be loaded/
  ],
  [
    'cuda',
    'CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version',
    /driver is too old/
  ],
  ['cuda', 'CUDA failure 100: no CUDA-capable device is detected ; GPU=-1', /^no NVIDIA graphics processor/],
  ['cuda', 'BFCArena: Failed to allocate memory: out of memory', /memory of the graphics processor/],
  ['dml', 'no available backend found. ERR: [dml] backend not found.', /^this build of ONNX Runtime/],
  ['coreml', '/a/b.mm:12 something new\nsecond line', /^something new$/],
  ['coreml', '', /^coreml does not start$/]
]

describe('plainProviderReason', () => {
  it.each(said)('%s: %s', (provider, raw, plain) => {
    const reason = plainProviderReason(provider, raw)
    expect(reason).toMatch(plain)
    expect(reason).not.toMatch(/onnxruntime_src|::|\.cc:|\n/)
    expect(reason.length).toBeLessThanOrEqual(200)
  })
})
