import type { Bytes, StoreDriver } from '@gantry/core/driver'

class Killed extends Error {}

/** What a process did to a store until it was killed. */
export interface Deaths {
  /** Mutations until then; for ever without. */
  readonly after?: number
  /** Whether the last one still took effect. */
  readonly done?: boolean
}

/** A store, and what was written to it as a whole; from its death on, every call fails. */
export function mortal(driver: StoreDriver, { after = Number.POSITIVE_INFINITY, done = false }: Deaths = {}) {
  const written: string[] = []
  const state = { mutations: 0, dead: false }
  const alive = () => {
    if (state.dead) throw new Killed('killed')
  }
  async function mutate<Value>(work: () => Promise<Value>): Promise<Value> {
    alive()
    state.mutations += 1
    const last = state.mutations > after
    if (last && !done) state.dead = true
    alive()
    const value = await work()
    if (last) state.dead = true
    alive()
    return value
  }
  const wrapped: StoreDriver = {
    contract: 1,
    scheme: driver.scheme,
    abilities: driver.abilities,
    list(selection, call) {
      alive()
      return driver.list(selection, call)
    },
    async stat(path, call) {
      alive()
      return await driver.stat(path, call)
    },
    async read(ref, range, call) {
      alive()
      return await driver.read(ref, range, call)
    },
    async write(entry, body: Bytes, call) {
      return await mutate(async () => {
        const stored = await driver.write?.(entry, body, call)
        if (stored === undefined) throw new Error('It takes no entries.')
        written.push(entry.path)
        return stored
      })
    },
    async remove(path, call) {
      await mutate(async () => await driver.remove?.(path, call))
    },
    codeOf: (error) => driver.codeOf(error),
  }
  return { driver: wrapped, written, state }
}
