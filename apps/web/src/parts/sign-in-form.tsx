import { type FormEvent, useId, useState } from 'react'

import type { Credential } from '../engine/model.ts'
import { useApp } from '../state/app-context.ts'
import { GoogleButton } from './google-button.tsx'
import { say, sayError } from '../words/say.ts'

/** With a key or token of the hub, or with Google where that is offered. */
export function SignInForm({
  lead = say('signIn.lead'),
  onDone,
}: {
  readonly lead?: string
  readonly onDone: () => void
}) {
  const { signIn, signedIn, google, config } = useApp()
  const { session } = config
  const [key, setKey] = useState<File>()
  const [token, setToken] = useState('')
  const [trouble, setTrouble] = useState<string>()
  const id = useId()
  const enter = (given: () => Promise<Credential>) => {
    setTrouble(undefined)
    given()
      .then(signIn)
      .then(onDone, (error: unknown) => setTrouble(sayError(error)))
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    enter(async () =>
      key === undefined ? { kind: 'token', token: token.trim() } : { kind: 'key', text: await key.text() },
    )
  }
  return (
    <form onSubmit={submit}>
      <p>{lead}</p>
      {session !== undefined && !signedIn && (
        <div className="actions">
          <button type="button" onClick={() => enter(async () => ({ kind: 'session', url: session }))}>
            {say('signIn.session')}
          </button>
        </div>
      )}
      <label htmlFor={`${id}-key`}>{say('signIn.key')}</label>
      <input
        id={`${id}-key`}
        type="file"
        accept=".json,application/json"
        aria-describedby={`${id}-hint`}
        onChange={({ target }) => setKey(target.files?.[0])}
      />
      <p className="hint" id={`${id}-hint`}>
        {say('signIn.keyHint')}
      </p>
      <label htmlFor={`${id}-token`}>{say('signIn.token')}</label>
      <input
        id={`${id}-token`}
        type="password"
        autoComplete="off"
        value={token}
        onChange={({ target }) => setToken(target.value)}
      />
      {trouble !== undefined && (
        <p className="trouble" role="alert">
          {trouble}
        </p>
      )}
      <div className="actions">
        <button type="submit" className="main" disabled={key === undefined && token.trim() === ''}>
          {say('signIn.use')}
        </button>
      </div>
      {google !== undefined && (
        <fieldset className="google">
          <legend>{say('google.title')}</legend>
          <p className="hint">
            {google.account === undefined ? say('google.lead') : say('google.as', { account: google.account })}
          </p>
          <GoogleButton onDone={onDone} />
        </fieldset>
      )}
    </form>
  )
}
