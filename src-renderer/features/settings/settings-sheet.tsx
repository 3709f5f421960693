import { useState } from 'react'
import { Sheet } from '../../components/sheet'
import { useApp } from '../../state/engine'
import { settingsSections } from './settings-sections'

/** What a person can choose for this computer: sections on the left, the settings of one on the right. */
export function SettingsSheet() {
  const [chosen, choose] = useState(settingsSections[0].id)
  const section = settingsSections.find(({ id }) => id === chosen) ?? settingsSections[0]
  const Content = section.content
  return (
    <Sheet title="Settings" onClose={() => useApp.setState({ sheet: null })}>
      <div className="settings" data-testid="settings-sheet">
        <nav className="settings-sections" aria-label="Sections">
          {settingsSections.map(({ id, title }) => (
            <button
              key={id}
              type="button"
              className={id === section.id ? 'settings-section chosen' : 'settings-section'}
              aria-current={id === section.id ? 'page' : undefined}
              data-testid={`settings-${id}`}
              onClick={() => choose(id)}
            >
              {title}
            </button>
          ))}
        </nav>
        <section className="settings-content" aria-label={section.title}>
          <Content />
        </section>
      </div>
    </Sheet>
  )
}
