import { ToolButton } from '../../components/tool-button'
import { useStudies } from '../../state/studies'
import { openDemo, openFromDialog } from '../header/open-actions'

/** The middle of the window while nothing is open. */
export function EmptyRoom() {
  const opening = useStudies((state) => state.opening)
  if (opening) return <div className="empty-room">{opening}…</div>
  return (
    <div className="empty-room" data-testid="empty">
      <h1>Open a study</h1>
      <p className="quiet">DICOM or PNG, files or folders. Dropping them anywhere on the window works too.</p>
      <div className="empty-actions">
        <ToolButton
          icon="file"
          text="Open files…"
          label="Open files"
          onPress={() => void openFromDialog('files')}
        />
        <ToolButton
          icon="folder"
          text="Open a folder…"
          label="Open a folder"
          onPress={() => void openFromDialog('folder')}
        />
        <ToolButton
          icon="brain"
          text="Demo study"
          label="Open the demo study"
          onPress={() => void openDemo()}
        />
      </div>
    </div>
  )
}
