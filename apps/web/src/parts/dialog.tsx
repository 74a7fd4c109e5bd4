import { type ReactNode, useId, useLayoutEffect, useRef } from 'react'

import { say } from '../words/say.ts'
import { Icon } from './icons.tsx'

/** A modal dialog: the browser keeps the focus in it, and gives it back. */
export function Dialog({
  title,
  onClose,
  children,
  wide = false,
}: {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
  readonly wide?: boolean
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  // Closed while it is on the page still: of what is gone already, browsers give no focus back.
  useLayoutEffect(() => {
    const { current } = dialog
    current?.showModal()
    return () => current?.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      className={wide ? 'wide' : ''}
      aria-labelledby={id}
      onCancel={(event) => {
        // A file picker in it that was left says so to all that is around it.
        if (event.target !== event.currentTarget) return
        event.preventDefault()
        onClose()
      }}
      onClose={({ target, currentTarget }) => {
        // Browsers do not ask when Escape is pressed a second time; whether it closes is for the page to say.
        if (target !== currentTarget || !currentTarget.isConnected || currentTarget.open) return
        currentTarget.showModal()
        onClose()
      }}
    >
      <header>
        <h2 id={id}>{title}</h2>
        <button type="button" className="plain" onClick={onClose} aria-label={say('share.close')}>
          <Icon name="close" />
        </button>
      </header>
      {children}
    </dialog>
  )
}
