import type { PickedFile } from '../engine/model.ts'
import { OpenButtons } from '../parts/open-buttons.tsx'
import { PendingShares } from '../parts/pending-shares.tsx'
import { Problems } from '../parts/problems.tsx'
import type { Desk } from '../state/desk.ts'
import { say } from '../words/say.ts'

/** Where everything begins: nothing is open yet. */
export function OpenPage({
  desk,
  onFiles,
  onDismiss,
}: {
  readonly desk: Desk
  readonly onFiles: (files: readonly PickedFile[]) => void
  readonly onDismiss: () => void
}) {
  return (
    <main id="main" tabIndex={-1} className="open">
      <section className="target">
        <h1>{say('open.title')}</h1>
        <p>{say('open.lead')}</p>
        <OpenButtons onFiles={onFiles} />
        <p className="hint">{say('open.formats')}</p>
      </section>
      <Problems problems={desk.problems} others={desk.others} again={desk.again.length} onDismiss={onDismiss} />
      <PendingShares />
    </main>
  )
}
