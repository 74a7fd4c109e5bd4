import type { Abilities, Store, StoreDriver } from '@gantry/core'

/** What a view answers itself: what it lists, at the least. */
export type View = Pick<StoreDriver, 'list'> &
  Partial<Omit<StoreDriver, 'abilities'>> & { readonly abilities?: Partial<Abilities> }

/**
 * A source that shows another store in its own way, and never writes to it. What the view does not answer, that store does; it
 * is closed with it.
 */
export function viewOf(store: Store, { abilities, ...view }: View): StoreDriver {
  const { versions, digests, modified, order, longestPath, longestSegment } = store.abilities
  const told = { versions, digests, modified, order, longestPath, longestSegment, ...abilities }
  return {
    contract: 1,
    scheme: store.scheme,
    abilities: { ...told, write: false, remove: false, conditional: false },
    stat: async (path, call) => await store.stat(path, call),
    read: async (ref, range, call) => await store.read(ref, range, call),
    ...(store.expects && { expect: async (purpose, entries, call) => await store.expect(purpose, entries, call) }),
    // What the store throws says what it is.
    codeOf: () => undefined,
    close: async () => await store.close(),
    ...view,
  }
}
