import { cpus } from 'node:os'
import { Worker } from 'node:worker_threads'
import compiled from '../../../resources/openjpeg/openjpeg.wasm?url&inline'

/** What scripts/build-openjpeg offers. */
interface OpenJpegExports {
  _initialize(): void
  allocate(bytes: number): number
  release(at: number): void
  decode(at: number, bytes: number, strict: 0 | 1, threads: number): number
  help(): void
  fail(): void
  facts(): number
  complaint(): number
  __stack_pointer: WebAssembly.Global
  __tls_size: WebAssembly.Global
  __wasm_init_tls(at: number): void
}

/** OpenJPEG in a memory of its own, with threads that help it to decode. */
export interface OpenJpeg {
  exports: OpenJpegExports
  memory: WebAssembly.Memory
  /** starts the threads that help, unless they are there; they keep no process alive */
  startHelpers(): void
  /** those that help, and the one that asks */
  readonly threads: number
  /** ends the threads that help; nothing may be asked afterwards */
  end(): void
}

/** What a thread that helps is told. */
interface HelperPlace {
  module: WebAssembly.Module
  memory: WebAssembly.Memory
  stackTop: number
  threadLocals: number
}

/** In 64 KiB: what scripts/build-openjpeg/build.mjs gives the module. */
const memoryPages = { initial: 64, maximum: 32768 }

const helperStackBytes = 1024 * 1024

/** Frames are decoded side by side by several processes, too: more threads than this would only wait. */
const mostThreads = 4

/** Starts OpenJPEG; the module is compiled anew for each. */
export async function startOpenJpeg(): Promise<OpenJpeg> {
  const module = await WebAssembly.compile(Buffer.from(compiled.slice(compiled.indexOf(',') + 1), 'base64'))
  const memory = new WebAssembly.Memory({ ...memoryPages, shared: true })
  // of the system, the C library asks only to write messages, for which there is no place here
  const nothing = (): number => 0
  const system = new Proxy({}, { get: () => nothing })
  const instance = await WebAssembly.instantiate(module, { env: { memory }, wasi_snapshot_preview1: system })
  const exports = instance.exports as unknown as OpenJpegExports
  // 0 where there is no memory
  const allocateAligned = (bytes: number): number => (exports.allocate(bytes + 15) + 15) & ~15
  exports.__wasm_init_tls(allocateAligned(exports.__tls_size.value as number))
  exports._initialize()
  const helpers: Worker[] = []
  const wanted = Math.min(mostThreads, cpus().length) - 1
  return {
    exports,
    memory,
    startHelpers() {
      while (helpers.length < wanted) {
        const stack = allocateAligned(helperStackBytes)
        const threadLocals = allocateAligned(exports.__tls_size.value as number)
        if (stack === 0 || threadLocals === 0) return
        const place: HelperPlace = { module, memory, stackTop: stack + helperStackBytes, threadLocals }
        const source = `(${helpDecoding.toString()})(require('node:worker_threads'))`
        const helper = new Worker(source, { eval: true, workerData: place })
        helper.unref()
        // one that does not start takes no job: the others do them all
        helper.on('error', () => undefined)
        helpers.push(helper)
      }
    },
    get threads() {
      return helpers.length + 1
    },
    end() {
      for (const helper of helpers) void helper.terminate()
    }
  }
}

/** A thread's whole life. It goes to the thread as text: it may use nothing from around it. */
function helpDecoding({ workerData }: typeof import('node:worker_threads')): void {
  const { module, memory, stackTop, threadLocals } = workerData as HelperPlace
  const nothing = (): number => 0
  const system = new Proxy({}, { get: () => nothing })
  const instance = new WebAssembly.Instance(module, { env: { memory }, wasi_snapshot_preview1: system })
  const exports = instance.exports as unknown as OpenJpegExports
  exports.__stack_pointer.value = stackTop
  exports.__wasm_init_tls(threadLocals)
  try {
    exports.help()
  } catch {
    exports.fail()
  }
}
