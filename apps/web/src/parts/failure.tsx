import { isGantryError } from '@gantry/core'

import { useApp } from '../state/app-context.ts'
import { say, sayError } from '../words/say.ts'

/** What an account lacks for what was asked. */
export type NeededRole = 'shares' | 'sharesRead' | 'worklist'

/** Why something did not go, and what to do: which role is missing, or that one has to sign in again. */
export function Failure({
  title,
  error,
  role,
  onRetry,
}: {
  readonly title?: string
  readonly error: unknown
  readonly role: NeededRole
  readonly onRetry?: () => void
}) {
  const { go } = useApp()
  const code = isGantryError(error) ? error.code : undefined
  const denied = code === 'permission_denied'
  return (
    <div className="failure" role="alert" data-code={code}>
      <strong>{denied ? say('denied.title') : (title ?? say('error.unknown'))}</strong>
      <p>{denied ? say('denied.lead', { role: say(`denied.role.${role}`) }) : sayError(error)}</p>
      <div className="actions">
        {(denied || code === 'unauthenticated') && (
          <button type="button" onClick={() => go('signIn')}>
            {denied ? say('denied.other') : say('nav.signIn')}
          </button>
        )}
        {denied && (
          <button type="button" onClick={() => history.back()}>
            {say('denied.back')}
          </button>
        )}
        {!denied && onRetry !== undefined && (
          <button type="button" className="main" onClick={onRetry}>
            {say('opening.again')}
          </button>
        )}
      </div>
    </div>
  )
}
