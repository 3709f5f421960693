import type { ReactNode } from 'react'

interface Props {
  title: string
  /** small, at the right end of the title */
  aside?: ReactNode
  testId?: string
  /** takes the space that is left and scrolls inside */
  grows?: boolean
  children: ReactNode
}

/** A titled part of a side bar. */
export function Panel({ title, aside, testId, grows, children }: Props) {
  return (
    <section className={grows ? 'panel grows' : 'panel'} data-testid={testId} aria-label={title}>
      <header className="panel-header">
        <h2>{title}</h2>
        {aside && <div className="panel-aside">{aside}</div>}
      </header>
      <div className="panel-body">{children}</div>
    </section>
  )
}
