import { useState } from 'react'

import type { Sharing } from '../state/use-sharing.ts'
import { say } from '../words/say.ts'
import { Dialog } from './dialog.tsx'
import { SecretLink } from './secret-link.tsx'
import { ShareSteps } from './share-steps.tsx'

/** From a share that has begun to its link. Closed before, it rests; a link that nobody has copied is not thrown away unasked. */
export function SharingDialog({
  sharing,
  bytes,
  onClose,
}: {
  readonly sharing: Sharing
  readonly bytes: Readonly<Record<string, number>>
  readonly onClose: () => void
}) {
  const { state } = sharing
  const [copied, setCopied] = useState(false)
  const [asked, setAsked] = useState(false)
  const close = () => {
    if (state.step === 'done' && !copied) {
      // Asked again, somebody means to stay.
      setAsked((now) => !now)
      return
    }
    sharing.pause()
    onClose()
  }
  return (
    <Dialog title={say('share.title')} onClose={close}>
      {state.step === 'done' ? (
        <>
          <SecretLink secret={state.made.secret} onCopied={() => setCopied(true)} />
          {asked && !copied ? (
            <div className="failure" role="alert">
              <p>{say('share.notCopied')}</p>
              <div className="actions">
                <button type="button" className="main" autoFocus onClick={() => setAsked(false)}>
                  {say('share.stay')}
                </button>
                <button type="button" className="danger" onClick={onClose}>
                  {say('share.closeAnyway')}
                </button>
              </div>
            </div>
          ) : (
            <div className="actions">
              <button type="button" onClick={close}>
                {say('share.close')}
              </button>
            </div>
          )}
        </>
      ) : (
        <ShareSteps sharing={sharing} bytes={bytes} onClose={onClose} />
      )}
    </Dialog>
  )
}
