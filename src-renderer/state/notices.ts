import { create } from 'zustand'

export interface Notice {
  id: number
  kind: 'error' | 'info'
  text: string
}

/** Messages that wait for the reader to see them. */
export const useNotices = create<{ notices: Notice[] }>(() => ({ notices: [] }))

let lastId = 0

/** Shows a message until it is dismissed. The same message is not shown twice at a time. */
export function tell(kind: Notice['kind'], text: string): void {
  const { notices } = useNotices.getState()
  if (notices.some((notice) => notice.text === text)) return
  useNotices.setState({ notices: [...notices, { id: ++lastId, kind, text }].slice(-4) })
}

export function dismiss(id: number): void {
  useNotices.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }))
}
