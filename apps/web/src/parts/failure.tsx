import { isGantryError } from '@gantry/core'
import { useState } from 'react'

import { useApp } from '../state/app-context.ts'
import { say, sayError } from '../words/say.ts'
import { Dialog } from './dialog.tsx'
import { GoogleButton } from './google-button.tsx'
import { SignInForm } from './sign-in-form.tsx'

/** What an account lacks for what was asked; Google says it itself. */
export type NeededRole = 'shares' | 'sharesRead' | 'worklist' | 'google'

/** Why something did not go, and what to do: which role is missing, or to sign in again, which loses nothing of the page. */
export function Failure({
  title,
  error,
  role,
  onRetry,
  onBack = () => history.back(),
}: {
  /** What did not go. */
  readonly title: string
  readonly error: unknown
  readonly role: NeededRole
  readonly onRetry?: () => void
  readonly onBack?: () => void
}) {
  const { go } = useApp()
  const [asking, setAsking] = useState(false)
  const code = isGantryError(error) ? error.code : undefined
  const denied = code === 'permission_denied'
  const over = code === 'unauthenticated'
  const lead =
    role === 'google' && isGantryError(error)
      ? error.message
      : say('denied.lead', { role: role === 'google' ? '' : say(`denied.role.${role}`) })
  return (
    <div className="failure" role="alert" data-code={code}>
      <strong>{denied ? say('denied.title') : title}</strong>
      <p>{denied ? lead : sayError(error)}</p>
      <div className="actions">
        {denied && role !== 'google' && (
          <button type="button" onClick={() => go('signIn')}>
            {say('denied.other')}
          </button>
        )}
        {over && role !== 'google' && (
          <button type="button" className="main" onClick={() => setAsking(true)}>
            {say('nav.signIn')}
          </button>
        )}
        {(over || denied) && role === 'google' && (
          <GoogleButton
            word={denied ? 'denied.other' : 'google.signIn'}
            {...(onRetry !== undefined && { onDone: onRetry })}
          />
        )}
        {denied && (
          <button type="button" onClick={onBack}>
            {say('denied.back')}
          </button>
        )}
        {!denied && !over && onRetry !== undefined && (
          <button type="button" className="main" onClick={onRetry}>
            {say('opening.again')}
          </button>
        )}
      </div>
      {asking && (
        <Dialog title={say('signIn.title')} onClose={() => setAsking(false)}>
          <SignInForm
            onDone={() => {
              setAsking(false)
              onRetry?.()
            }}
          />
        </Dialog>
      )}
    </div>
  )
}
