import { openSync } from 'node:fs'

import { type Bytes, bytesOf, clipRange, collect, GantryError } from '@gantry/core/driver'

import { type Breaking, type Broken, reading } from './breaking.ts'

/** Reads every chunk from whatever is there when it is asked for. */
const readsWhatIsThere: Breaking = (driver, contents) => ({
  async read(ref, range, call) {
    const { entry } = await driver.read(ref, range, call)
    const { start, end } = clipRange(range, entry.size ?? 0)
    async function* body() {
      const step = 64 * 1024
      for (let from = start; from < end; from += step) {
        const part = { start: from, end: Math.min(from + step, end) }
        if (!contents.entries.has(ref.path)) return
        const { body: piece } = await driver.read({ path: ref.path }, part, call)
        yield await collect(piece)
      }
    }
    return { entry, body: body() }
  },
})

async function* overwrittenSoon(body: Bytes) {
  for await (const chunk of body) {
    const copy = new Uint8Array(chunk)
    const timer = setTimeout(() => copy.fill(0), 3)
    yield copy
    clearTimeout(timer)
  }
}

async function* allAtOnce(body: Bytes) {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(new Uint8Array(chunk))
  yield* chunks
}

const rejecting = async () => await Promise.reject(new Error('unknown'))

/** Reads that give other bytes, or cost more than they should. */
export const brokenReads: readonly Broken[] = [
  [
    'an end that is ignored',
    'reads the range that was asked for',
    (driver) => ({ read: (ref, range, call) => driver.read(ref, range && { start: range.start }, call) }),
  ],
  [
    'an end that is included',
    'reads the range that was asked for',
    (driver) => ({
      read: (ref, range, call) =>
        driver.read(ref, range?.end === undefined ? range : { ...range, end: range.end + 1 }, call),
    }),
  ],
  [
    'a range that is told as the whole',
    'reads the range that was asked for',
    (driver) => ({
      async read(ref, range, call) {
        const found = await driver.read(ref, range, call)
        const { start, end } = clipRange(range, found.entry.size ?? 0)
        return { ...found, entry: { ...found.entry, size: end - start } }
      },
    }),
  ],
  [
    'a range that may not end past the end',
    'clips a range at the end, and refuses one that lies outside',
    (driver) => ({
      async read(ref, range, call) {
        const { size = 0 } = await driver.stat(ref.path, call)
        if ((range?.end ?? 0) > size) throw new GantryError('invalid', 'Too far.')
        return await driver.read(ref, range, call)
      },
    }),
  ],
  ['errors without a code', 'says not_found of what is not there', () => ({ stat: rejecting })],
  [
    'folders that are there',
    'says not_found of what is not there',
    (driver, contents) => ({
      async stat(path, call) {
        const folder = [...contents.entries.keys()].some((key) => key.startsWith(`${path}/`))
        return folder ? { path, size: 0 } : await driver.stat(path, call)
      },
    }),
  ],
  ['a chunk that is overwritten too soon', 'keeps a chunk valid until the next is asked for', reading(overwrittenSoon)],
  [
    'its own memory, handed out',
    'is not changed by who overwrites a chunk that it borrowed',
    (driver, contents) => ({
      async read(ref, range, call) {
        const { entry } = await driver.read(ref, range, call)
        return { entry, body: bytesOf(...contents.find(ref.path).chunks) }
      },
    }),
  ],
  [
    'a version that is ignored',
    'reads the version that is named, and no other',
    (driver) => ({ read: ({ path }, range, call) => driver.read({ path }, range, call) }),
  ],
  ['two versions in one read', 'never mixes two versions in one read', readsWhatIsThere],
  ['all of an entry in memory', 'does not read ahead of a consumer that waits', reading(allAtOnce)],
  [
    'files that stay open',
    'frees what a read holds when it is left early',
    reading((body) => {
      openSync('/dev/null', 'r')
      return body
    }),
  ],
]
