import type { GantryError } from '@gantry/core'
import type { Gantry, Workspace } from '@gantry/share'
import { useEffect, useState } from 'react'

export type OpenedShare =
  | { readonly status: 'opening' }
  | { readonly status: 'open'; readonly workspaces: readonly Workspace[] }
  | { readonly status: 'failed'; readonly error: GantryError }

const opening: OpenedShare = { status: 'opening' }

/** What a secret link opens. A share that is protected fails with `unauthenticated` until it is given its passphrase. */
export function useShare(gantry: Gantry, link: string, passphrase?: string): OpenedShare {
  const [share, setShare] = useState(opening)
  useEffect(() => {
    const controller = new AbortController()
    const { signal } = controller
    setShare(opening)
    const open = async () => {
      const opened = await openShare(gantry, link, { passphrase, signal })
      if (!signal.aborted) setShare(opened)
    }
    void open()
    return () => controller.abort()
  }, [gantry, link, passphrase])
  return share
}

interface Settings {
  readonly passphrase: string | undefined
  readonly signal: AbortSignal
}

async function openShare(gantry: Gantry, link: string, settings: Settings): Promise<OpenedShare> {
  const state = await gantry.storage.loadMetadata(link, settings)
  if (state.error !== undefined) return { status: 'failed', error: state.error }
  const { value, error } = await gantry.workspace.loadFromSerialization(state.value, settings)
  return error === undefined ? { status: 'open', workspaces: value } : { status: 'failed', error }
}

/** A list of what a link opens, and a question for its passphrase where it needs one. */
export function SharedImages({ gantry, link }: { readonly gantry: Gantry; readonly link: string }) {
  const [typed, setTyped] = useState('')
  const [passphrase, setPassphrase] = useState<string>()
  const share = useShare(gantry, link, passphrase)
  if (share.status === 'opening') return <p role="status">Opening…</p>
  if (share.status === 'failed') {
    const locked = share.error.code === 'unauthenticated' || share.error.code === 'permission_denied'
    if (!locked) return <p role="alert">{share.error.message}</p>
    return (
      <form action={() => setPassphrase(typed)}>
        <label>
          Passphrase <input type="password" autoComplete="off" onChange={({ target }) => setTyped(target.value)} />
        </label>
        <button>Open</button>
        {passphrase !== undefined && <p role="alert">That is not its passphrase.</p>}
      </form>
    )
  }
  return (
    <ul>
      {share.workspaces.flatMap(({ volumes }) =>
        volumes.map(({ id, name, files }) => <li key={id}>{`${name}: ${files.length} files`}</li>),
      )}
    </ul>
  )
}
