import { useState } from 'react'

import type { Remote } from '../engine/model.ts'
import { FolderList } from '../parts/folder-list.tsx'
import { GooglePlaces } from '../parts/google-places.tsx'
import { StudyList } from '../parts/study-list.tsx'
import { useApp } from '../state/app-context.ts'
import { say } from '../words/say.ts'

/** What the hub and other services offer. */
export function WorklistPage({
  pending,
  onOpen,
  onFolder,
}: {
  readonly pending: boolean
  readonly onOpen: (remote: Remote, study: string) => void
  readonly onFolder: (remote: Remote, folder: string) => void
}) {
  const { config, google } = useApp()
  const { remotes } = config
  const names = [...remotes.map((one) => one.name), ...(google === undefined ? [] : [say('google.place')])]
  const [name, setName] = useState(names[0])
  // Of Google's, the store that was found.
  const [store, setStore] = useState<Remote>()
  const isGoogle = google !== undefined && name === say('google.place')
  const remote = isGoogle ? store : (remotes.find((one) => one.name === name) ?? remotes[0])
  return (
    <main id="main" tabIndex={-1} className="list">
      <div className="places">
        <h1>{say('worklist.title')}</h1>
        {names.length < 2 ? (
          <span className="hint">{remote?.name}</span>
        ) : (
          <select aria-label={say('worklist.place')} value={name} onChange={({ target }) => setName(target.value)}>
            {names.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        )}
        {isGoogle && store !== undefined && (
          <button type="button" className="plain" onClick={() => setStore(undefined)}>
            {say('google.other', { name: store.name })}
          </button>
        )}
      </div>
      {isGoogle && store === undefined && <GooglePlaces onStore={setStore} />}
      {remote?.kind === 'files' && <FolderList key={remote.name} remote={remote} pending={pending} onOpen={onFolder} />}
      {remote !== undefined && remote.kind !== 'files' && (
        <StudyList
          key={remote.root}
          remote={remote}
          pending={pending}
          role={isGoogle ? 'google' : 'worklist'}
          onOpen={onOpen}
        />
      )}
    </main>
  )
}
