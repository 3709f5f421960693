import { Fragment } from 'react'
import { ToolButton } from '../../components/tool-button'
import { describeThrown } from '../../api/describe-error'
import { redo, undo, useHistory } from '../../state/history'
import { useLinkedScroll } from '../../state/linked-scroll'
import { tell } from '../../state/notices'
import { chooseTool, useTools } from '../../state/tools'
import { CineControls } from './cine-controls'
import { listedTools } from './tool-list'

/** Undoes or redoes, and says so where that fails. */
export function stepThroughHistory(step: typeof undo | typeof redo): void {
  step().catch((thrown: unknown) => tell('error', describeThrown(thrown)))
}

/** The tools of the left button, beside the image. */
export function ToolRail() {
  const active = useTools((tools) => tools.activeTool)
  const { done, undone } = useHistory()
  const linked = useLinkedScroll((state) => state.on)
  const lastDone = done[done.length - 1]?.label
  const lastUndone = undone[undone.length - 1]?.label
  return (
    <div
      className="tool-rail"
      role="toolbar"
      aria-label="Tools"
      aria-orientation="vertical"
      data-testid="tool-rail"
    >
      {listedTools.map((group, i) => (
        <Fragment key={i}>
          {i > 0 && <hr />}
          {group.map(({ name, label, icon, key }) => (
            <ToolButton
              key={name}
              icon={icon}
              label={label}
              shortcut={key}
              pressed={active === name}
              testId={`tool-${name}`}
              onPress={() => chooseTool(name)}
            />
          ))}
        </Fragment>
      ))}
      <hr />
      <ToolButton
        icon="undo"
        label={lastDone ? `Undo: ${lastDone}` : 'Undo'}
        shortcut="Ctrl+Z"
        disabled={!lastDone}
        testId="undo"
        onPress={() => stepThroughHistory(undo)}
      />
      <ToolButton
        icon="redo"
        label={lastUndone ? `Redo: ${lastUndone}` : 'Redo'}
        shortcut="Ctrl+Shift+Z"
        disabled={!lastUndone}
        testId="redo"
        onPress={() => stepThroughHistory(redo)}
      />
      <hr />
      <CineControls />
      <ToolButton
        icon="link"
        label="Series of one frame of reference scroll together"
        shortcut="Shift+L"
        pressed={linked}
        testId="linked-scrolling"
        onPress={() => useLinkedScroll.setState({ on: !linked })}
      />
    </div>
  )
}
