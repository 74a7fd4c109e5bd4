import { useId, useState } from 'react'

import { say } from '../words/say.ts'
import { Dialog } from './dialog.tsx'

/** Asks for the text of an arrow; none takes the arrow away. */
export function NoteDialog({ onDone }: { readonly onDone: (text: string | undefined) => void }) {
  const [text, setText] = useState('')
  const id = useId()
  return (
    <Dialog title={say('note.title')} onClose={() => onDone(undefined)}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          onDone(text.trim() || undefined)
        }}
      >
        <label htmlFor={id}>{say('note.text')}</label>
        <input id={id} autoFocus maxLength={200} value={text} onChange={({ target }) => setText(target.value)} />
        <div className="actions">
          <button type="submit" className="main">
            {say('note.save')}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
