import { useState } from 'react'
import { Sheet } from '../../components/sheet'
import { useApp } from '../../state/engine'
import { AuditSection } from './audit-section'
import { CopiesSection } from './copies-section'
import { TransferSection } from './transfer-section'

const sections = [
  ['transfer', 'Export and import', TransferSection],
  ['copies', 'Copies', CopiesSection],
  ['audit', 'Audit', AuditSection]
] as const

/** What happens to verdicts beside reading: out and back, dated copies, and whether anything was tampered with. */
export function DataSheet() {
  const [chosen, choose] = useState<(typeof sections)[number][0]>('transfer')
  const [, title, Content] = sections.find(([id]) => id === chosen) ?? sections[0]
  return (
    <Sheet title="Verdicts and data" onClose={() => useApp.setState({ sheet: null })}>
      <div className="settings verdict-data" data-testid="verdict-data">
        <nav className="settings-sections" aria-label="Sections">
          {sections.map(([id, name]) => (
            <button
              key={id}
              type="button"
              className={id === chosen ? 'settings-section chosen' : 'settings-section'}
              aria-current={id === chosen ? 'page' : undefined}
              data-testid={`data-${id}`}
              onClick={() => choose(id)}
            >
              {name}
            </button>
          ))}
        </nav>
        <section className="settings-content" aria-label={title}>
          <Content />
        </section>
      </div>
    </Sheet>
  )
}
