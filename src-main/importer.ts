import type { FromImporter, ToImporter } from './inference/model-import/importer-protocol'
import { serveImporter } from './inference/model-import/serve-importer'

interface ParentPort {
  postMessage(message: FromImporter): void
  on(event: 'message', listener: (event: { data: ToImporter }) => void): void
}

const port = (process as { parentPort?: ParentPort }).parentPort
if (port) {
  serveImporter({
    post: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', ({ data }) => listener(data))
  })
}
