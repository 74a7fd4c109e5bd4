import type { Store } from '@gantry/core'
import { type HubMount, storeMount } from '@gantry/hub'

import type { Context } from '../../context.ts'
import { openPlacesUntold } from '../../places/open-places.ts'
import { printable } from '../../render/text.ts'
import { UsageError } from '../../usage-error.ts'
import { dicomwebPath } from './dicomweb-path.ts'
import type { HubFlags } from './serve.ts'

/** Places that the hub's web app can open. */
export interface OpenedRemotes {
  /** As the app finds them in `/app.json`. */
  readonly remotes: readonly { readonly name: string; readonly kind: string; readonly root: string }[]
  readonly mounts: readonly HubMount[]
  close(): Promise<void>
}

export async function openRemotes(
  context: Context,
  { pages, dicomweb, files = [], cod = [] }: HubFlags,
  onError: (error: unknown) => void,
): Promise<OpenedRemotes> {
  const wanted = [...cod.map((text) => parse('cod', text)), ...files.map((text) => parse('files', text))]
  if (wanted.length > 0 && pages === undefined) {
    throw new UsageError('--files and --cod are for the web app of --pages: give that as well.')
  }
  const stores: Store[] = []
  const close = async () => void (await Promise.all(stores.map(async (store) => await store.close())))
  try {
    const places = await openPlacesUntold(context)
    for (const { place } of wanted) stores.push((await places.open(place)).store)
  } catch (error) {
    await close()
    throw error
  }
  const roots = wanted.map((_, index) => `/remotes/${index + 1}`)
  return {
    remotes: [
      ...(dicomweb === undefined ? [] : [{ name: 'this hub', kind: 'dicomweb', root: dicomwebPath }]),
      ...wanted.map(({ name, kind }, index) => ({ name, kind, root: roots[index] ?? '' })),
    ],
    mounts: stores.map((store, index) => storeMount({ path: roots[index] ?? '', store, onError })),
    close,
  }
}

function parse(kind: 'cod' | 'files', text: string) {
  const [, name = '', place = ''] = /^([^=]*)=(.*)$/su.exec(text) ?? []
  if (name.trim() !== '' && place !== '') return { kind, name: printable(name.trim()), place }
  throw new UsageError(`--${kind} takes a name for people and a place, such as "Archive=s3://archive/2026".`)
}
