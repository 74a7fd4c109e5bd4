import { randomUUID } from 'node:crypto'
import { appendFileSync, readdirSync, rmSync } from 'node:fs'

import type { Call, ParcelsAbility } from '@gantry/core'
import {
  type NewEntry,
  type NewParcel,
  type ParcelOutcome,
  type ParcelWriter,
  type StoreDriver,
} from '@gantry/core/driver'
import { fs } from '@gantry/fs'

/** A folder that gives and takes parcels, for tests that need them to outlive a process. */
export interface FolderParcels {
  readonly folder: string
  /** Where parcels are until they are committed. */
  readonly staging: string
  readonly parcels: ParcelsAbility
  /** A file that gets a line for every entry that is published. */
  readonly log: string
}

export function folderParcels({ folder, staging, parcels, log }: FolderParcels): StoreDriver {
  const driver = fs({ root: folder, durability: 'cache' })
  // As of a service whose single entries are no business of the tests.
  const { resumable: _, ...abilities } = driver.abilities
  const own = Object.fromEntries(
    ['list', 'stat', 'read', 'write', 'remove', 'codeOf'].map((name) => {
      const method = Reflect.get(driver, name) as (...given: unknown[]) => unknown
      return [name, method.bind(driver)]
    }),
  )
  const open = async (parcel: NewParcel): Promise<ParcelWriter> => {
    const id = parcel.saved ?? randomUUID()
    const place = fs({ root: `${staging}/${id}`, durability: 'cache' })
    const known = new Set(readdirOf(`${staging}/${id}`))
    const announced = new Map(parcel.entries.map((entry) => [entry.path, entry]))
    const added: NewEntry[] = [...announced.values()].filter(({ path }) => known.has(nameOf(path)))
    // Before the first byte: what nobody knows of would be left behind by a process that is killed now.
    if (parcels.store?.resumable === true && parcel.saved === undefined) await parcel.save(id)
    return {
      has: new Set(added.map(({ path }) => path)),
      async add(entry, body, call) {
        await place.write?.({ ...entry, path: nameOf(entry.path) }, body, call)
        added.push(entry)
      },
      async commit(call) {
        const outcomes: ParcelOutcome[] = []
        for (const entry of added) outcomes.push(await publish(place, entry, call))
        rmSync(`${staging}/${id}`, { recursive: true, force: true })
        return outcomes
      },
      abort: async () => rmSync(`${staging}/${id}`, { recursive: true, force: true }),
    }
  }
  const publish = async (place: StoreDriver, entry: NewEntry, call: Call): Promise<ParcelOutcome> => {
    const { path } = entry
    const { body } = await place.read({ path: nameOf(path) }, undefined, call)
    const stored = await driver.write?.(entry, body, call)
    appendFileSync(log, `${path}\n`)
    return stored === undefined ? { path, error: new Error('It takes nothing.') } : { path, entry: stored }
  }
  return {
    ...(own as unknown as StoreDriver),
    contract: 1,
    scheme: 'file',
    abilities: { ...abilities, parcels },
    parcels: {
      async *fetch(entries, call) {
        for (const ref of entries) {
          try {
            yield await driver.read(ref, undefined, call)
          } catch (error) {
            yield { path: ref.path, error }
          }
        }
      },
      store: open,
      discard: async (saved) => rmSync(`${staging}/${saved}`, { recursive: true, force: true }),
    },
  }
}

function nameOf(path: string): string {
  return Buffer.from(path).toString('hex')
}

function readdirOf(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
