import { Menu, type MenuItemConstructorOptions } from 'electron'
import type { MenuCommand } from '../contract/channels'

/** Sets the menu of the app. What it does is done by the window, except for what every app has. */
export function setAppMenu(command: (command: MenuCommand) => void): void {
  const item = (label: string, name: MenuCommand, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    accelerator,
    click: () => command(name)
  })
  const template: MenuItemConstructorOptions[] = [
    {
      label: '&File',
      submenu: [
        item('Open &Files…', 'open-files', 'CmdOrCtrl+O'),
        item('Open F&older…', 'open-folder', 'CmdOrCtrl+Shift+O'),
        item('Open &Demo Study', 'open-demo', 'CmdOrCtrl+D'),
        { type: 'separator' },
        item('&Close All Studies', 'close-all', 'CmdOrCtrl+W'),
        { type: 'separator' },
        { role: 'quit' }
      ]
    },
    {
      label: '&Edit',
      submenu: [{ role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }]
    },
    {
      label: '&View',
      submenu: [
        item('&Heatmap (O)', 'toggle-heatmap'),
        item('&Overlay', 'layout-overlay', 'CmdOrCtrl+1'),
        item('&Side by Side', 'layout-side-by-side', 'CmdOrCtrl+2'),
        item('&Reset View (Space)', 'reset-view'),
        item('&Graphic Overlays (G)', 'toggle-graphics'),
        item('Hide &Identifiers', 'toggle-identifiers', 'CmdOrCtrl+Shift+H'),
        { type: 'separator' },
        item('&Thresholds…', 'thresholds', 'CmdOrCtrl+T'),
        item('Se&ttings…', 'settings', 'CmdOrCtrl+,'),
        { type: 'separator' },
        { role: 'resetZoom', label: 'Normal Text Size' },
        { role: 'zoomIn', label: 'Larger Text' },
        { role: 'zoomOut', label: 'Smaller Text' },
        { type: 'separator' },
        { role: 'togglefullscreen' }
      ]
    },
    {
      label: '&Help',
      submenu: [item('&Keys and Mouse (?)', 'shortcuts'), item('&About Nidus', 'about')]
    }
  ]
  if (process.platform === 'darwin') template.unshift({ role: 'appMenu' })
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
