import { useEffect, useRef, type ReactNode } from 'react'
import { ToolButton } from './tool-button'

/** A sheet over the window: Escape, the cross and a click beside it close it. */
export function Sheet({
  title,
  onClose,
  children
}: {
  title: string
  onClose: () => void
  children: ReactNode
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const shown = dialog.current
    shown?.showModal()
    return () => shown?.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      className="sheet"
      data-testid="sheet"
      aria-label={title}
      onCancel={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <div className="sheet-content">
        <header>
          <h2>{title}</h2>
          <ToolButton icon="close" label="Close" onPress={onClose} />
        </header>
        {children}
      </div>
    </dialog>
  )
}
