import { type Hashing, Store } from '@gantry/core'
import {
  close,
  type Entry,
  exactly,
  GantryError,
  releasing,
  type StoreDriver,
  throwIfCancelled,
} from '@gantry/core/driver'

import type { FileInput } from '../formats/input/file-input.ts'
import { type KnownEntry, ReadOnlyDriver, readOnly } from '../sealing/read-only-driver.ts'

/** Files as a store, under the paths that are given: what the sealed view encrypts. */
export function inputsStore(files: readonly { readonly path: string; readonly input: FileInput }[]): Store {
  const driver: StoreDriver = new ReadOnlyDriver(
    'files',
    readOnly({ versions: false, digests: [] }),
    files.map(({ path, input }) => knownInput(path, input)),
  )
  return new Store(driver, { url: 'files:' })
}

function knownInput(path: string, input: FileInput): KnownEntry {
  const entry: Entry = { path, size: input.size }
  return {
    entry,
    stat: async () => entry,
    async read(_, range, call) {
      throwIfCancelled(call)
      return { entry, body: await input.read(range, call) }
    },
  }
}

/** A file whose whole reads fail at their end, with `wrong`, unless the bytes are those of the digest. */
export function provenInput(
  input: FileInput,
  sha256: string,
  hashing: Hashing,
  wrong = () => new GantryError('integrity', 'The file is not the one that the workspace names.', { path: input.name }),
): FileInput {
  return {
    name: input.name,
    size: input.size,
    async read(range, options) {
      const body = await input.read(range, options)
      const { start = 0, end = input.size } = range ?? {}
      if (start > 0 || end < input.size) return body
      return releasing(proven(), () => close(body))

      async function* proven(): AsyncGenerator<Uint8Array, void, undefined> {
        try {
          const hasher = hashing('sha256')
          for await (const chunk of exactly(body, input.size)) {
            hasher?.update(chunk)
            yield chunk
          }
          if (hasher?.digest() === sha256) return
          throw wrong()
        } finally {
          await close(body)
        }
      }
    },
  }
}
