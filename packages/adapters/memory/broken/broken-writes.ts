import { bytesOf, GantryError, isGantryError } from '@gantry/core/driver'

import { type Breaking, type Broken, telling, writeOf, writing } from './breaking.ts'

/** Writes what came, although the body failed with this code. */
function keepsWhatCame(code: string): Breaking {
  return (driver) => ({
    async write(entry, body, call) {
      const chunks: Uint8Array[] = []
      try {
        for await (const chunk of body) chunks.push(new Uint8Array(chunk))
      } catch (error) {
        if (isGantryError(error) && error.code === code) {
          const unconcerned = { signal: new AbortController().signal }
          await writeOf(driver)(entry, bytesOf(...chunks), unconcerned)
        }
        throw error
      }
      return await writeOf(driver)(entry, bytesOf(...chunks), call)
    },
  })
}

const unconditional: Breaking = writing(({ ifAbsent: _absent, ifVersion: _version, ...entry }, ...rest) => [
  entry,
  ...rest,
])

/** Looks at the condition, waits for the bytes, and writes whatever happened meanwhile. */
const checksThenActs: Breaking = (driver, contents) => ({
  async write({ ifAbsent, ifVersion, ...entry }, body, call) {
    const there = contents.entries.get(entry.path)?.entry
    if (ifAbsent === true && there !== undefined) throw new GantryError('already_exists', 'There.')
    if (ifVersion !== undefined && there?.version !== ifVersion) throw new GantryError('precondition_failed', 'Other.')
    return await writeOf(driver)(entry, body, call)
  },
})

const keepsChunks =
  (keep: (chunk: Uint8Array) => Uint8Array): Breaking =>
  (driver) => ({
    async write(entry, body, call) {
      const chunks: Uint8Array[] = []
      for await (const chunk of body) chunks.push(keep(chunk))
      return await writeOf(driver)(entry, bytesOf(...chunks), call)
    },
  })

const writesInPlace: Breaking = (driver) => ({
  async write(entry, body, call) {
    const chunks: Uint8Array[] = []
    let written = await writeOf(driver)({ ...entry, size: 0 }, bytesOf(), call)
    for await (const chunk of body) {
      chunks.push(new Uint8Array(chunk))
      written = await writeOf(driver)(entry, bytesOf(...chunks), call)
    }
    return written
  },
})

/** Writes that are not all or nothing. */
export const brokenWrites: readonly Broken[] = [
  ['bytes that are borrowed and kept', 'does not keep a chunk that it borrowed', keepsChunks((chunk) => chunk)],
  [
    'a slice of a Buffer, which copies nothing',
    'does not keep a chunk that it borrowed',
    keepsChunks((chunk) => chunk.slice()),
  ],
  [
    'empty entries that are dropped',
    'keeps an empty entry',
    (driver, contents) => ({
      async write(entry, body, call) {
        const written = await writeOf(driver)(entry, body, call)
        if (written.size === 0) contents.entries.delete(entry.path)
        return written
      },
    }),
  ],
  [
    'a version of its own for the answer to write',
    'tells of what it stored what stat tells later',
    (driver) => ({
      write: async (entry, body, call) => ({ ...(await writeOf(driver)(entry, body, call)), version: 'another' }),
    }),
  ],
  [
    'versions that do not change',
    'overwrites an entry with another',
    telling((entry) => ({ ...entry, version: String(entry.size) })),
  ],
  ['what came before a body failed', 'leaves nothing behind when the body fails', keepsWhatCame('unavailable')],
  ['what came before an abort', 'stops in mid-write and leaves nothing behind', keepsWhatCame('cancelled')],
  [
    'a body that was too short',
    'refuses a body that is not as long as was said, and leaves nothing behind',
    keepsWhatCame('integrity'),
  ],
  [
    'a removal that must find something',
    'removes what is named and nothing else, also when it is gone already',
    (driver, contents) => ({
      async remove(path, call) {
        contents.find(path)
        await driver.remove?.(path, call)
      },
    }),
  ],
  [
    'a removal of all that begins so',
    'removes what is named and nothing else, also when it is gone already',
    (_driver, contents) => ({
      async remove(path) {
        for (const key of contents.entries.keys()) if (key.startsWith(path)) contents.entries.delete(key)
      },
    }),
  ],
  ['writes in place', 'shows readers one whole entry or the other while many write it', writesInPlace],
  ['conditions that are ignored', 'writes only if nothing is there', unconditional],
  ['conditions that are ignored', 'writes only over the version that is named', unconditional],
  ['a check, and then the act', 'lets exactly one of sixteen writers be the first', checksThenActs],
  ['a check, and then the act', 'lets exactly one of sixteen writers replace a version', checksThenActs],
]
