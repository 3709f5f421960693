import { env } from './onnx-runtime'

/** Version of ONNX Runtime in use: what was measured or compared with another one does not count. */
export const runtimeVersion: string = env.versions.node ?? env.versions.common
