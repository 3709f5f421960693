import { Sheet } from '../../components/sheet'
import { useApp } from '../../state/engine'
import { verdictKeyHelp } from '../verdicts/verdict-keys'

const groups: [string, [string, string][]][] = [
  [
    'Mouse',
    [
      ['Wheel', 'scroll through the slices'],
      ['Left drag', 'the tool in hand; a measurement under it moves'],
      ['Middle drag, Shift + left drag', 'move the image'],
      ['Right drag, Ctrl + wheel', 'zoom']
    ]
  ],
  [
    'Tools and measurements',
    [
      ['Shift + W  S  T  Z', 'window, scroll, move, zoom'],
      ['Shift + Z  Shift + X', 'magnifier, crosshair'],
      ['D  Shift + D', 'length, angle'],
      ['E  Shift + E  F', 'ellipse, rectangle, outline'],
      ['Enter', 'draw by keys: bring the cross, place a point'],
      ['Arrows (Shift: ten)', 'move the cross or the measurement'],
      ['Enter, Delete', 'next handle of a measurement, remove it'],
      ['C', 'play through the slices'],
      ['Ctrl + Z, Ctrl + Shift + Z', 'undo, redo'],
      ['Esc', 'drop what is in hand']
    ]
  ],
  [
    'Slices and series',
    [
      ['↑ ↓', 'previous, next slice'],
      ['Shift + ↑ ↓', 'ten slices'],
      ['Home End', 'first, last slice'],
      ['Page Up, Page Down', 'previous, next series'],
      ['N  P', 'next, previous finding']
    ]
  ],
  [
    'Heatmap',
    [
      ['Enter', 'reveal the result after the first look'],
      ['O', 'heatmap on, off'],
      ['J held', 'peek: heatmap away or back'],
      ['Shift + O', 'contour or coloured areas'],
      ['[  ]', 'opacity'],
      [',  .', 'threshold'],
      ['M', 'next map'],
      ['L', 'one, two or four panes'],
      ['Shift + L', 'series scroll together'],
      ['A', 'analyse the series'],
      ['Esc', 'cancel the analysis']
    ]
  ],
  verdictKeyHelp,
  [
    'Image',
    [
      ['1 2 3 4', 'display windows'],
      ['W', 'window from this slice'],
      ['+  −  =', 'zoom in, out, fit'],
      ['R  Shift + R', 'turn right, left'],
      ['H  V', 'flip left-right, top-bottom'],
      ['I', 'invert'],
      ['G', 'graphic overlays of the file on, off'],
      ['Space', 'reset the view'],
      ['Ctrl + T', 'thresholds: recalibrate, versions, drift'],
      ['?', 'this sheet']
    ]
  ]
]

/** All keys and what the mouse does. */
export function ShortcutSheet() {
  return (
    <Sheet title="Keys and mouse" onClose={() => useApp.setState({ sheet: null })}>
      <div className="shortcut-groups">
        {groups.map(([name, keys]) => (
          <section key={name}>
            <h3>{name}</h3>
            <dl>
              {keys.map(([combination, does]) => (
                <div key={combination}>
                  <dt>{combination}</dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Sheet>
  )
}
