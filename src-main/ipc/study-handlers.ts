import type { OpenedStudies } from '../contract/study'
import type { StudyRegistry } from '../study/study-registry'
import type { Handle } from './handle'

export interface StudyServices {
  studies: Pick<StudyRegistry, 'open' | 'list' | 'closeAll' | 'pixels' | 'thumbnail'>
  /** lets the person pick; null where they changed their mind */
  choosePaths(what: 'files' | 'folder'): Promise<string[] | null>
  demoFolder: string
  /** done when what the app was started with has been opened; rejects where that failed */
  launched: Promise<unknown>
}

/** Registers the channels for opening, listing and showing studies. */
export function registerStudyHandlers(handle: Handle, services: StudyServices): void {
  const { studies, choosePaths, demoFolder, launched } = services
  let first = true
  handle('study:open-dialog', async ({ what }): Promise<OpenedStudies | null> => {
    const paths = await choosePaths(what)
    return paths ? studies.open(paths) : null
  })
  handle('study:open-demo', () => studies.open([demoFolder]))
  handle('study:open-dropped', ({ paths }) => studies.open(paths))
  handle('study:list', async () => {
    // the page asks at its start and is to be told of a failure then, but once
    const isFirst = first
    first = false
    await launched.catch((thrown: unknown) => {
      if (isFirst) throw thrown
    })
    return studies.list()
  })
  handle('study:close-all', () => {
    studies.closeAll()
    return null
  })
  handle('study:pixels', ({ seriesId, sliceIndex }) => studies.pixels(seriesId, sliceIndex))
  handle('study:thumbnail', ({ seriesId }) => studies.thumbnail(seriesId))
}
