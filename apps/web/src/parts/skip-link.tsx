import type { MouseEvent } from 'react'

import { say } from '../words/say.ts'

/** By the keyboard past all that stands before the pictures, or on a page without any before what it is about. */
export function SkipLink() {
  return (
    <a className="skip" href="#main" onClick={skip}>
      {say('app.skip')}
    </a>
  )
}

function skip(event: MouseEvent): void {
  // Not followed: behind the `#` of a share's address is its key.
  event.preventDefault()
  const target = document.getElementById('picture') ?? document.getElementById('main')
  target?.focus()
}
