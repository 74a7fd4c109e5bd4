import { useCallback, useEffect, useState } from 'react'

import type { GooglePlace, Remote } from '../engine/model.ts'
import { listen } from '../engine/rpc.ts'
import { useApp } from '../state/app-context.ts'
import { say } from '../words/say.ts'
import { Failure } from './failure.tsx'
import { GoogleButton } from './google-button.tsx'

const levels = ['google.projects', 'google.locations', 'google.datasets', 'google.stores'] as const

/** From projects down to a store. */
export function GooglePlaces({ onStore }: { readonly onStore: (store: Remote) => void }) {
  const { engine, google } = useApp()
  const [ids, setIds] = useState<readonly string[]>([])
  const [places, setPlaces] = useState<readonly GooglePlace[]>()
  const [error, setError] = useState<unknown>()
  const account = google?.account
  const path = ids.join('/')
  const look = useCallback(() => {
    if (account === undefined) return () => {}
    setError(undefined)
    setPlaces(undefined)
    return listen(engine.googlePlaces(`healthcare://${path}${path === '' ? '' : '/'}`), setPlaces, setError)
  }, [engine, account, path])
  useEffect(look, [look])

  if (account === undefined) {
    return (
      <section className="google">
        <p className="hint">{say('google.lead')}</p>
        <GoogleButton />
      </section>
    )
  }
  const level = levels[ids.length] ?? 'google.stores'
  return (
    <section className="google">
      <p className="hint">
        {say('google.as', { account })}{' '}
        <button type="button" className="plain" onClick={google?.signOut}>
          {say('nav.signOut')}
        </button>
      </p>
      <nav className="crumbs" aria-label={say('google.path')}>
        {['', ...ids].map((id, index) => (
          <button
            key={`${index} ${id}`}
            type="button"
            className="plain"
            aria-current={index === ids.length ? 'page' : undefined}
            onClick={() => setIds(ids.slice(0, index))}
          >
            {id === '' ? say('google.projects') : id}
          </button>
        ))}
      </nav>
      {error !== undefined && (
        <Failure
          title={say('failed.google')}
          error={error}
          role="google"
          onBack={() => setIds(ids.slice(0, -1))}
          onRetry={look}
        />
      )}
      {places === undefined && error === undefined && (
        <p className="hint" role="status">
          {say('google.looking')}
        </p>
      )}
      {places?.length === 0 && (
        <p className="hint" role="status">
          {say('google.none')}
        </p>
      )}
      {places !== undefined && places.length > 0 && (
        <ul className="names" aria-label={say(level)}>
          {places.map(({ name, root, problem }) => (
            <li key={name}>
              <button
                type="button"
                onClick={() =>
                  root === undefined ? setIds([...ids, name]) : onStore({ name, kind: 'dicomweb', root })
                }
              >
                {name}
              </button>
              {problem !== undefined && <p className="trouble">{problem}</p>}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
