import { useEffect, useRef } from 'react'
import type { IconName } from '../../components/icon'
import { ToolButton } from '../../components/tool-button'
import { chooseTool, registerDrawingTool, useTools, type DrawnShape, type ToolName } from '../../state/tools'
import type { Reading } from '../reading/use-reading'
import { addMissed } from './judge'

const tools: readonly (readonly [tool: ToolName, icon: IconName, label: string, shortcut: string])[] = [
  ['missed-ellipse', 'missedEllipse', 'Draw a missed finding: ellipse', 'Q'],
  ['missed-freehand', 'missedFreehand', 'Draw a missed finding: outline', 'Shift+Q'],
  ['missed-brush', 'missedBrush', 'Draw a missed finding: brush', 'B']
]

/** Sends what the tools for missed findings draw to the study that is read then. */
export function useMissedTools(reading: Reading | null): void {
  const latest = useRef(reading)
  latest.current = reading
  useEffect(() => {
    const finish = (shape: DrawnShape): void => {
      if (latest.current) addMissed(latest.current, shape)
    }
    registerDrawingTool('missed-ellipse', { kind: 'ellipse', finish })
    registerDrawingTool('missed-freehand', { kind: 'freehand', finish })
    registerDrawingTool('missed-brush', { kind: 'brush', finish })
  }, [])
}

/** Takes the tools in hand with which a finding is drawn that the model missed. */
export function MissedTools() {
  const active = useTools((state) => state.activeTool)
  const radiusPx = useTools((state) => state.brushRadiusPx)
  return (
    <div className="missed-tools" role="group" aria-label="Draw a missed finding">
      <span className="quiet">Missed</span>
      {tools.map(([tool, icon, label, shortcut]) => (
        <ToolButton
          key={tool}
          icon={icon}
          label={label}
          shortcut={shortcut}
          pressed={active === tool}
          testId={tool}
          onPress={() => chooseTool(active === tool ? 'window' : tool)}
        />
      ))}
      {active === 'missed-brush' && (
        <label className="brush-size">
          <span className="quiet">{radiusPx} px</span>
          <input
            type="range"
            min={1}
            max={40}
            step={1}
            value={radiusPx}
            aria-label="Radius of the brush in pixels of the image"
            data-testid="brush-radius"
            onChange={(event) => useTools.setState({ brushRadiusPx: Number(event.target.value) })}
          />
        </label>
      )}
    </div>
  )
}
