import { dialog, type BrowserWindow, type OpenDialogOptions } from 'electron'

/**
 * Asks which network is to be added: its ONNX file, or the folder that it lies in.
 * @returns null where the person changed their mind
 */
export function chooseModel(window: BrowserWindow | null, what: 'file' | 'folder'): Promise<string | null> {
  return chooseOne(
    window,
    what === 'file'
      ? { title: 'Add a model', properties: ['openFile'], filters: [{ name: 'ONNX', extensions: ['onnx'] }] }
      : { title: 'Add a model from its folder', properties: ['openDirectory'] }
  )
}

/** Asks for the folder of normal images that scores are measured against. */
export function chooseNormals(window: BrowserWindow | null): Promise<string | null> {
  return chooseOne(window, { title: 'Folder of images without findings', properties: ['openDirectory'] })
}

async function chooseOne(window: BrowserWindow | null, options: OpenDialogOptions): Promise<string | null> {
  const chosen = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options))
  return chosen.canceled ? null : (chosen.filePaths[0] ?? null)
}
