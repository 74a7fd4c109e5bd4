import { useState } from 'react'

import { useApp } from '../state/app-context.ts'
import { say, sayError, type Word } from '../words/say.ts'

/** Opens Google's own window; what is open here stays as it is. */
export function GoogleButton({
  word = 'google.signIn',
  onDone,
}: {
  readonly word?: Extract<Word, 'google.signIn' | 'denied.other'>
  readonly onDone?: () => void
}) {
  const { google } = useApp()
  const [trouble, setTrouble] = useState<string>()
  if (google === undefined) return null
  const ask = () => {
    setTrouble(undefined)
    google.signIn().then(onDone, (error: unknown) => setTrouble(sayError(error)))
  }
  return (
    <>
      <button type="button" className="main" onClick={ask}>
        {say(word)}
      </button>
      {trouble !== undefined && (
        <p className="trouble" role="alert">
          {trouble}
        </p>
      )}
    </>
  )
}
