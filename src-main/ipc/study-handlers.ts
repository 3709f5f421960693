import type { OpenedStudies } from '../contract/study'
import type { StudyRegistry } from '../study/study-registry'
import { withoutSlices } from '../study/without-slices'
import type { Handle } from './handle'

export interface StudyServices {
  studies: Pick<
    StudyRegistry,
    'open' | 'list' | 'closeAll' | 'cancelOpening' | 'slices' | 'pixels' | 'thumbnail'
  >
  /** lets the person pick; null where they changed their mind */
  choosePaths(what: 'files' | 'folder'): Promise<string[] | null>
  demoFolder: string
  /** done when what the app was started with has been opened; rejects where that failed */
  launched: Promise<unknown>
}

/** Registers the channels for opening, listing and showing studies. */
export function registerStudyHandlers(handle: Handle, services: StudyServices): void {
  const open = async (paths: string[]): Promise<OpenedStudies> => withoutSlices(await studies.open(paths))
  const { studies, choosePaths, demoFolder, launched } = services
  let first = true
  handle('study:open-dialog', async ({ what }): Promise<OpenedStudies | null> => {
    const paths = await choosePaths(what)
    return paths ? open(paths) : null
  })
  handle('study:open-demo', () => open([demoFolder]))
  handle('study:open-dropped', ({ paths }) => open(paths))
  handle('study:list', async () => {
    // the page asks at its start and is to be told of a failure then, but once
    const isFirst = first
    first = false
    await launched.catch((thrown: unknown) => {
      if (isFirst) throw thrown
    })
    return withoutSlices(studies.list())
  })
  handle('study:close-all', () => {
    studies.closeAll()
    return null
  })
  handle('study:cancel-opening', () => {
    studies.cancelOpening()
    return null
  })
  handle('study:slices', ({ seriesId, from }) => studies.slices(seriesId, from))
  handle('study:pixels', ({ seriesId, sliceIndex, sliceId }) => studies.pixels(seriesId, sliceIndex, sliceId))
  handle('study:thumbnail', ({ seriesId }) => studies.thumbnail(seriesId))
}
