import { researchNotice } from '../../../src-main/contract/notice'
import { ToolButton } from '../../components/tool-button'
import { useApp } from '../../state/engine'
import { changeSettings, useSettings } from '../../state/settings'
import { fit, flip, resetView, toggleInvert, turn, useView } from '../../state/view'
import type { Reading } from '../reading/use-reading'
import { openDemo, openFromDialog } from './open-actions'
import { WindowPresets } from './window-presets'

/** The top line: opening, layout, window and placement of the image, and what Nidus is for. */
export function Header({ reading }: { reading: Reading | null }) {
  const layout = useView((view) => view.layout)
  const inverted = useView((view) => (reading ? (view.inverted[reading.series.id] ?? false) : false))
  const seriesId = reading?.series.id ?? ''
  const graphicsOn = useView((view) => view.graphicsOn)
  const hidden = useSettings((settings) => settings.hideIdentifiers)
  const idle = reading === null
  return (
    <header className="header">
      <div className="brand" data-testid="brand">
        <svg className="brand-mark" viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
          <circle cx="16" cy="16" r="13" />
          <circle cx="16" cy="16" r="6.500" />
          <circle cx="21" cy="11" r="3.500" className="brand-spot" />
        </svg>
        Nidus
      </div>
      <div className="tools" role="toolbar" aria-label="Open">
        <ToolButton
          icon="file"
          text="Files"
          label="Open files…"
          shortcut="Ctrl+O"
          testId="open-files"
          onPress={() => void openFromDialog('files')}
        />
        <ToolButton
          icon="folder"
          text="Folder"
          label="Open a folder…"
          shortcut="Ctrl+Shift+O"
          testId="open-folder"
          onPress={() => void openFromDialog('folder')}
        />
        <ToolButton
          icon="brain"
          text="Demo"
          label="Open the demo study"
          shortcut="Ctrl+D"
          testId="open-demo"
          onPress={() => void openDemo()}
        />
      </div>
      <div className="tools" role="toolbar" aria-label="Layout">
        <ToolButton
          icon="overlay"
          label="Heatmap over the image"
          shortcut="L"
          pressed={layout === 'overlay'}
          testId="layout-overlay"
          onPress={() => useView.setState({ layout: 'overlay' })}
        />
        <ToolButton
          icon="two"
          label="Two panes"
          shortcut="L"
          pressed={layout === 'two'}
          testId="layout-two"
          onPress={() => useView.setState({ layout: 'two' })}
        />
        <ToolButton
          icon="panes"
          label="Original, heatmap, reconstruction and map side by side"
          shortcut="L"
          pressed={layout === 'side-by-side'}
          testId="layout-side-by-side"
          onPress={() => useView.setState({ layout: 'side-by-side' })}
        />
      </div>
      <div className="tools" role="toolbar" aria-label="Image">
        <WindowPresets reading={reading} />
        <ToolButton
          icon="invert"
          label="Invert"
          shortcut="I"
          pressed={inverted}
          disabled={idle}
          testId="invert"
          onPress={() => toggleInvert(seriesId)}
        />
        <ToolButton
          icon="graphics"
          label="Graphic overlays of the file"
          shortcut="G"
          pressed={graphicsOn}
          disabled={idle}
          testId="graphics-toggle"
          onPress={() => useView.setState({ graphicsOn: !graphicsOn })}
        />
        <ToolButton
          icon="fit"
          label="Fit to the pane"
          shortcut="="
          disabled={idle}
          testId="fit"
          onPress={() => fit(seriesId)}
        />
        <ToolButton
          icon="turn"
          label="Turn by a quarter"
          shortcut="R"
          disabled={idle}
          onPress={() => turn(seriesId, 90)}
        />
        <ToolButton
          icon="flipH"
          label="Flip left and right"
          shortcut="H"
          disabled={idle}
          onPress={() => flip(seriesId, 'hflip')}
        />
        <ToolButton
          icon="flipV"
          label="Flip top and bottom"
          shortcut="V"
          disabled={idle}
          onPress={() => flip(seriesId, 'vflip')}
        />
        <ToolButton
          icon="reset"
          label="Reset the view"
          shortcut="Space"
          disabled={idle}
          testId="reset-view"
          onPress={() => resetView(seriesId)}
        />
      </div>
      <p className="research-notice" data-testid="research-notice">
        {researchNotice}
      </p>
      <ToolButton
        icon="hide"
        label="Hide identifiers in the whole window"
        shortcut="Ctrl+Shift+H"
        pressed={hidden}
        testId="hide-identifiers"
        onPress={() => changeSettings({ hideIdentifiers: !hidden })}
      />
      <ToolButton
        icon="thresholds"
        label="Thresholds: recalibrate, versions, drift"
        shortcut="Ctrl+T"
        testId="thresholds"
        onPress={() => useApp.setState({ sheet: 'thresholds' })}
      />
      <ToolButton
        icon="settings"
        label="Settings"
        shortcut="Ctrl+,"
        testId="settings"
        onPress={() => useApp.setState({ sheet: 'settings' })}
      />
      <ToolButton
        icon="help"
        label="Keys and mouse"
        shortcut="?"
        testId="help"
        onPress={() => useApp.setState({ sheet: 'shortcuts' })}
      />
    </header>
  )
}
