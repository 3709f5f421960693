import { Sheet } from '../../components/sheet'
import { useApp } from '../../state/engine'

const groups: [string, [string, string][]][] = [
  [
    'Mouse',
    [
      ['Wheel', 'scroll through the slices'],
      ['Left drag', 'window width and centre'],
      ['Middle drag, Shift + left drag', 'move the image'],
      ['Right drag, Ctrl + wheel', 'zoom']
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
      ['O', 'heatmap on, off'],
      ['[  ]', 'opacity'],
      [',  .', 'threshold'],
      ['M', 'next map'],
      ['L', 'layout'],
      ['A', 'analyse the series'],
      ['Esc', 'cancel the analysis']
    ]
  ],
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
