import { ToolButton } from '../../components/tool-button'
import { dismiss, useNotices } from '../../state/notices'

/** Messages over the lower edge of the window. */
export function Notices() {
  const { notices } = useNotices()
  return (
    <div className="notices" aria-live="assertive">
      {notices.map(({ id, kind, text }) => (
        <div key={id} className={`notice ${kind}`} data-testid="notice" role="alert">
          <p>{text}</p>
          <ToolButton icon="close" label="Dismiss" onPress={() => dismiss(id)} />
        </div>
      ))}
    </div>
  )
}
