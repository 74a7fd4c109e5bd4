import type { ShareSummary } from '@gantry/share'
import { useCallback, useEffect, useState } from 'react'

import { Failure } from '../parts/failure.tsx'
import { useApp } from '../state/app-context.ts'
import { stateOfShare } from '../state/share-state.ts'
import { say, sayCount, sayDay } from '../words/say.ts'

export function SharesPage({ pending }: { readonly pending: boolean }) {
  const { engine, signedIn } = useApp()
  const [shares, setShares] = useState<readonly ShareSummary[]>()
  const [error, setError] = useState<unknown>()
  const [asked, setAsked] = useState<string>()
  const look = useCallback(() => {
    if (pending) return
    setError(undefined)
    Promise.resolve(engine.shares()).then(setShares, setError)
  }, [engine, pending])
  useEffect(look, [look, signedIn])
  const revoke = (id: string) => {
    setAsked(undefined)
    Promise.resolve(engine.revoke(id)).then(look, setError)
  }
  return (
    <main id="main" tabIndex={-1} className="list">
      <h1>{say('shares.title')}</h1>
      <p>{say('shares.lead')}</p>
      {error !== undefined && <Failure title={say('failed.shares')} error={error} role="sharesRead" onRetry={look} />}
      {shares?.length === 0 && <p className="hint">{say('shares.none')}</p>}
      {shares !== undefined && shares.length > 0 && (
        <div className="scroll">
          <table>
            <thead>
              <tr>
                <th>{say('shares.id')}</th>
                <th>{say('shares.created')}</th>
                <th>{say('shares.expires')}</th>
                <th>{say('shares.opens')}</th>
                <th>{say('shares.state')}</th>
                <th>
                  <span className="hidden">{say('shares.revoke')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {shares.map((share) => {
                const state = stateOfShare(share, Date.now())
                return (
                  <tr key={share.id} data-state={state}>
                    <td>
                      <code>{share.id.slice(0, 8)}</code>
                      {share.owner !== undefined && <span className="badge">{share.owner}</span>}
                      {share.passphrase && <span className="badge">{say('shares.passphrase')}</span>}
                    </td>
                    <td>{sayDay(share.created)}</td>
                    <td>{share.expires === undefined ? say('shares.never') : sayDay(share.expires)}</td>
                    <td>{sayCount('shares.times', share.opens ?? 0)}</td>
                    <td>
                      <span className="badge" data-state={state}>
                        {say(`shares.${state}`)}
                      </span>
                    </td>
                    <td className="right">
                      {state === 'active' && asked !== share.id && (
                        <button type="button" onClick={() => setAsked(share.id)}>
                          {say('shares.revoke')}
                        </button>
                      )}
                      {asked === share.id && (
                        <>
                          <button type="button" onClick={() => setAsked(undefined)}>
                            {say('shares.keep')}
                          </button>{' '}
                          <button type="button" className="danger" autoFocus onClick={() => revoke(share.id)}>
                            {say('shares.revokeSure')}
                          </button>
                        </>
                      )}
                    </td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </div>
      )}
    </main>
  )
}
