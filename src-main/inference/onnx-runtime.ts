/**
 * ONNX Runtime, without its telemetry: everything that runs graphs takes the runtime from here. Its builds for Linux and
 * macOS otherwise send events to Microsoft, keep an identifier of the machine, and leave a log of each process in the
 * temporary folder. ORT_DISABLE_TELEMETRY is read when a process makes its first session, and holds for that process and
 * for those that it starts (https://github.com/microsoft/onnxruntime/pull/27379).
 */
export { env, InferenceSession, Tensor } from 'onnxruntime-node'

process.env.ORT_DISABLE_TELEMETRY = '1'
