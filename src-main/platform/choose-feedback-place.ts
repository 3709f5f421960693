import { dialog, type BrowserWindow } from 'electron'
import type { ExportFormat } from '../contract/feedback-channels'

/**
 * Asks where an export of verdicts is to go: a file for COCO, a folder for the others.
 * @returns null where the person changed their mind
 */
export async function chooseExportPlace(
  window: BrowserWindow | null,
  format: ExportFormat
): Promise<string | null> {
  if (format === 'coco') {
    const options = {
      title: 'Export verdicts',
      defaultPath: 'nidus-feedback.coco.json',
      filters: [{ name: 'COCO JSON', extensions: ['json'] }]
    }
    const chosen = await (window ? dialog.showSaveDialog(window, options) : dialog.showSaveDialog(options))
    return chosen.canceled || !chosen.filePath ? null : chosen.filePath
  }
  const properties = ['openDirectory' as const, 'createDirectory' as const]
  const options = { title: 'Export verdicts into a folder', properties, buttonLabel: 'Export here' }
  const chosen = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options))
  return chosen.canceled ? null : (chosen.filePaths[0] ?? null)
}

/** Asks what to import: exported files, or the folder of an export. */
export async function chooseImport(
  window: BrowserWindow | null,
  what: 'files' | 'folder'
): Promise<string[] | null> {
  const options =
    what === 'files'
      ? {
          title: 'Import verdicts',
          properties: ['openFile' as const, 'multiSelections' as const],
          filters: [{ name: 'Exported verdicts', extensions: ['json', 'csv'] }]
        }
      : { title: 'Import verdicts from a folder', properties: ['openDirectory' as const] }
  const chosen = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options))
  return chosen.canceled || chosen.filePaths.length === 0 ? null : chosen.filePaths
}
