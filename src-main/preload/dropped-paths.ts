import { webUtils } from 'electron'
import type { DropReport } from '../contract/preload-api'

type DroppedFile = File & { path?: string }

/** Absolute path of a dropped file, '' for one that is not on disk. Electron before 29 had it on the file itself. */
const pathOf = (file: DroppedFile): string => webUtils?.getPathForFile(file) ?? file.path ?? ''

/**
 * Opens files and folders that are dropped onto the window, and keeps the window from navigating to them.
 * @param open asks main to open absolute paths
 * @param listener is told when opening starts and what came of it
 * @returns the function that stops listening
 */
export function listenForDrops(
  target: Pick<Window, 'addEventListener' | 'removeEventListener'>,
  open: (paths: string[]) => Promise<never>,
  listener: (report: DropReport) => void
): () => void {
  const allow = (event: DragEvent): void => {
    event.preventDefault()
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy'
  }
  const accept = (event: DragEvent): void => {
    event.preventDefault()
    const paths = Array.from(event.dataTransfer?.files ?? [], pathOf).filter((path) => path !== '')
    if (paths.length === 0) return
    listener({ phase: 'started', count: paths.length })
    void open(paths).then((answer) => listener({ phase: 'ended', answer }))
  }
  target.addEventListener('dragover', allow)
  target.addEventListener('drop', accept)
  return () => {
    target.removeEventListener('dragover', allow)
    target.removeEventListener('drop', accept)
  }
}
