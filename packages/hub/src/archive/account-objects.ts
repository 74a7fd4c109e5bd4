import { type Entry, GantryError, isGantryError, Store } from '@gantry/core'
import type { StoreDriver } from '@gantry/core/driver'
import type { HubObject } from '@gantry/core/hub'

import { objectOf } from '../objects/object-rows.ts'
import type { Objects } from '../objects/objects.ts'
import type { AccountPrincipal } from '../tokens/principal.ts'

/** The objects of one account as a store, with what its token allows and no more: an admin has only its own, too. */
export function accountObjects(objects: Objects, account: AccountPrincipal): Store {
  const principal: AccountPrincipal = { ...account, admin: false }
  const driver: StoreDriver = {
    contract: 1,
    scheme: 'objects',
    abilities: {
      write: true,
      remove: true,
      conditional: true,
      versions: true,
      digests: ['crc32'],
      modified: 'given',
      order: 'path',
      longestPath: 4096,
      longestSegment: 4096,
    },
    async *list({ prefix }) {
      for (let after: string | undefined = ''; after !== undefined;) {
        const page = await objects.list({ ...(prefix !== undefined && { prefix }), after }, principal)
        for (const object of page.objects) yield entryOf(object)
        after = page.next
      }
    },
    stat: async (path) => entryOf(objectOf(await objects.find(path, principal))),
    async read({ path, version }, range, call) {
      const { row, read, release } = await objects.open(path, principal, call)
      if (version !== undefined && row.version !== version) {
        release()
        throw new GantryError('precondition_failed', 'The object is not of that version any more.')
      }
      const start = Math.min(range?.start ?? 0, row.size)
      return { entry: entryOf(objectOf(row)), body: await read(start, Math.min(range?.end ?? row.size, row.size)) }
    },
    async write(entry, body, call) {
      const { path, size, modified, contentType, digests, ifAbsent, ifVersion } = entry
      const request = { path, size, modified, contentType, crc32: digests?.crc32, ifAbsent, ifVersion }
      return entryOf(await objects.put(request, body, principal, call))
    },
    remove: async (path) => await objects.remove(path, principal),
    codeOf: (error) => (isGantryError(error) ? error.code : undefined),
  }
  return new Store(driver)
}

function entryOf({ path, size, version, modified, digests, contentType }: HubObject): Entry {
  return { path, size, version, modified, digests, ...(contentType !== undefined && { contentType }) }
}
