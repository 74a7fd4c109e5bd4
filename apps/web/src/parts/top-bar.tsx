import type { MouseEvent } from 'react'

import { useApp } from '../state/app-context.ts'
import { type PageName, pathOf, type Route } from '../state/route.ts'
import { say } from '../words/say.ts'

const pages = [
  ['view', 'nav.view'],
  ['worklist', 'nav.worklist'],
  ['shares', 'nav.shares'],
] as const

export function TopBar({ route }: { readonly route: Route }) {
  const { go, signedIn, signOut, config } = useApp()
  const shown = pages.filter(([page]) => page !== 'worklist' || config.remotes.length > 0)
  const follow = (event: MouseEvent, page: PageName) => {
    if (event.metaKey || event.ctrlKey) return
    event.preventDefault()
    go(page)
  }
  return (
    <header className="top">
      <a className="brand" href="/" onClick={(event) => follow(event, 'view')}>
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <circle cx="16" cy="16" r="12" />
          <circle cx="16" cy="16" r="4" />
        </svg>
        {say('app.name')}
      </a>
      <nav aria-label={say('nav.label')}>
        {shown.map(([page, word]) => (
          <a
            key={page}
            href={pathOf(page)}
            aria-current={route.page === page || (route.page === 'share' && page === 'view') ? 'page' : undefined}
            onClick={(event) => follow(event, page)}
          >
            {say(word)}
          </a>
        ))}
      </nav>
      {signedIn ? (
        <button type="button" className="plain" onClick={signOut}>
          {say('nav.signOut')}
        </button>
      ) : (
        <a href={pathOf('signIn')} onClick={(event) => follow(event, 'signIn')}>
          {say('nav.signIn')}
        </a>
      )}
    </header>
  )
}
