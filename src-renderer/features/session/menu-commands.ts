import type { MenuCommand } from '../../../src-main/contract/channels'
import { assertNever } from '../../../src-main/contract/errors'
import { useApp } from '../../state/engine'
import { changeSettings, useSettings } from '../../state/settings'
import { isRevealed } from '../../state/reveal'
import { closeStudies, findSeries, useStudies } from '../../state/studies'
import { resetView, useView } from '../../state/view'
import { openDemo, openFromDialog } from '../header/open-actions'

function toggleHeatmap(): void {
  const found = findSeries(useStudies.getState().seriesId)
  // before the result is revealed there is nothing to show or to hide
  if (found && isRevealed(found.study)) useView.setState(({ heatmapOn }) => ({ heatmapOn: !heatmapOn }))
}

/** Does what was chosen in the menu. */
export function doMenuCommand(command: MenuCommand): void {
  switch (command) {
    case 'open-files':
      return void openFromDialog('files')
    case 'open-folder':
      return void openFromDialog('folder')
    case 'open-demo':
      return void openDemo()
    case 'close-all':
      return void closeStudies()
    case 'toggle-heatmap':
      return toggleHeatmap()
    case 'toggle-graphics':
      return useView.setState(({ graphicsOn }) => ({ graphicsOn: !graphicsOn }))
    case 'toggle-identifiers':
      return changeSettings({ hideIdentifiers: !useSettings.getState().hideIdentifiers })
    case 'layout-overlay':
      return useView.setState({ layout: 'overlay' })
    case 'layout-side-by-side':
      return useView.setState({ layout: 'side-by-side' })
    case 'reset-view': {
      const { seriesId } = useStudies.getState()
      return seriesId ? resetView(seriesId) : undefined
    }
    case 'thresholds':
      return useApp.setState({ sheet: 'thresholds' })
    case 'settings':
      return useApp.setState({ sheet: 'settings' })
    case 'shortcuts':
      return useApp.setState({ sheet: 'shortcuts' })
    case 'about':
      return useApp.setState({ sheet: 'about' })
    default:
      return assertNever(command)
  }
}
