import type { Abilities } from '../src/store/abilities.ts'
import { bytesOf } from '../src/store/bytes.ts'
import type { StoreDriver } from '../src/store/store-driver.ts'

export const tinyAbilities: Abilities = {
  write: true,
  remove: true,
  conditional: false,
  versions: false,
  digests: [],
  modified: 'stored',
  order: 'none',
  longestPath: 20,
  longestSegment: 10,
}

/** A driver of short paths that has one entry, and would do whatever it is asked. */
export function tinyDriver(overrides: Partial<StoreDriver> = {}): StoreDriver {
  return {
    contract: 1,
    scheme: 'test',
    abilities: tinyAbilities,
    async *list() {
      yield { path: 'a', size: 1 }
      yield { path: './odd', size: 0 }
    },
    stat: async (path) => ({ path, size: 1 }),
    read: async ({ path }) => ({ entry: { path, size: 1 }, body: bytesOf(new Uint8Array(1)) }),
    write: async ({ path }, body) => ({ path, size: await drain(body) }),
    remove: async () => {},
    codeOf: () => undefined,
    ...overrides,
  }
}

/** Reads a body to its end; how many bytes came. */
export async function drain(body: AsyncIterable<Uint8Array>): Promise<number> {
  let length = 0
  for await (const chunk of body) length += chunk.length
  return length
}

/** Chunks, and whether they were closed before their end. */
export function closable(...chunks: readonly Uint8Array[]) {
  const state = { closed: false }
  let index = 0
  const body: AsyncIterableIterator<Uint8Array> = {
    [Symbol.asyncIterator]: () => body,
    async next() {
      const value = chunks[index]
      index += 1
      return value === undefined ? { done: true, value: undefined } : { done: false, value }
    },
    async return() {
      state.closed = true
      return { done: true, value: undefined }
    },
  }
  return { body, state }
}

/** Fails with the first that is asked of it. */
export function failingIterable(thrown: unknown): AsyncIterable<never> {
  return { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(thrown) }) }
}
