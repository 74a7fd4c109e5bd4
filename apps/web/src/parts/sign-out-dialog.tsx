import type { Leaving } from '../state/use-signing-out.ts'
import { say, sayCount } from '../words/say.ts'
import { Dialog } from './dialog.tsx'

export function SignOutDialog({
  leaving,
  onLeave,
  onClose,
}: {
  readonly leaving: Leaving
  readonly onLeave: (keepShares: boolean) => void
  readonly onClose: () => void
}) {
  const { shares, drawn, elsewhere } = leaving
  return (
    <Dialog title={say('nav.signOut')} onClose={onClose}>
      {elsewhere && <p>{say('signOut.elsewhere')}</p>}
      {drawn && <p>{say(elsewhere ? 'signOut.drawnStill' : 'signOut.drawn')}</p>}
      {shares > 0 && <p>{sayCount('signOut.shares', shares)}</p>}
      <div className="actions">
        {shares > 0 && (
          <button type="button" aria-describedby="sign-out-keep" onClick={() => onLeave(true)}>
            {say('signOut.keep')}
          </button>
        )}
        <button type="button" className="main" autoFocus onClick={() => onLeave(false)}>
          {say(elsewhere ? 'signOut.close' : shares > 0 ? 'signOut.remove' : 'nav.signOut')}
        </button>
      </div>
      {shares > 0 && (
        <p className="hint" id="sign-out-keep">
          {say('signOut.keepHint')}
        </p>
      )}
    </Dialog>
  )
}
