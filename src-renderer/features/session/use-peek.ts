import { useEffect } from 'react'
import { useApp } from '../../state/engine'
import { useView } from '../../state/view'

const peekKey = 'j'

/** Holding J shows the heatmap where it is off and hides it where it is on; letting go brings back what was. */
export function usePeek(): void {
  useEffect(() => {
    const end = (): void => {
      if (useView.getState().peeking) useView.setState({ peeking: false })
    }
    const press = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== peekKey || event.repeat || useApp.getState().sheet) return
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      useView.setState({ peeking: true })
    }
    const release = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() === peekKey) end()
    }
    window.addEventListener('keydown', press)
    window.addEventListener('keyup', release)
    // a key that is let go over another window is never heard of
    window.addEventListener('blur', end)
    return () => {
      window.removeEventListener('keydown', press)
      window.removeEventListener('keyup', release)
      window.removeEventListener('blur', end)
    }
  }, [])
}

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return target.type !== 'range'
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
}
