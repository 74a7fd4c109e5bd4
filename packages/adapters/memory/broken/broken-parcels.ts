import { openSync } from 'node:fs'

import { type Bytes, type ParcelDriver, type ParcelWriter, type Reading } from '@gantry/core/driver'

import { type Breaking, type Broken, missing } from './breaking.ts'

type Store = NonNullable<ParcelDriver['store']>
type Fetch = NonNullable<ParcelDriver['fetch']>

/** Breaks the writer of parcels. */
function packing(change: (writer: ParcelWriter, ...given: Parameters<Store>) => Partial<ParcelWriter>): Breaking {
  return ({ parcels }) => ({
    parcels: {
      async store(parcel, call) {
        const writer = (await parcels?.store?.(parcel, call)) ?? missing()
        return { ...writer, ...change(writer, parcel, call) }
      },
    },
  })
}

/** Breaks what is fetched. */
function fetching(change: (items: ReturnType<Fetch>, ...given: Parameters<Fetch>) => ReturnType<Fetch>): Breaking {
  return ({ parcels }) => ({
    parcels: { fetch: (entries, call) => change(parcels?.fetch?.(entries, call) ?? missing(), entries, call) },
  })
}

/** Breaks the bodies that are fetched. */
function bodies(change: (body: Bytes) => Bytes): Breaking {
  return fetching(async function* (items) {
    for await (const item of items) yield 'error' in item ? item : { ...item, body: change(item.body) }
  })
}

async function* overwrittenSoon(body: Bytes) {
  for await (const chunk of body) {
    const copy = new Uint8Array(chunk)
    const timer = setTimeout(() => copy.fill(0), 3)
    yield copy
    clearTimeout(timer)
  }
}

/** Parcels that are not what they should be. */
export const brokenParcels: readonly Broken[] = [
  [
    'an entry that is forgotten',
    'gives every entry of a parcel once, with its bytes',
    fetching(async function* (items) {
      let index = 0
      for await (const item of items) if ((index += 1) !== 3) yield item
    }),
  ],
  [
    'a parcel that comes whole, whatever was asked for',
    'gives some entries of many, and no others',
    (driver, contents) => ({
      parcels: {
        fetch: (_, call) =>
          driver.parcels?.fetch?.(
            [...contents.entries.keys()].map((path) => ({ path })),
            call,
          ) ?? missing(),
      },
    }),
  ],
  [
    'one that is missing, and all fail',
    'gives the others where one is missing, which is not_found',
    fetching(async function* (items) {
      for await (const item of items) {
        if ('error' in item) throw item.error
        yield item
      }
    }),
  ],
  [
    'files of a fetch that stay open',
    'frees what a fetch holds when it is left early',
    bodies((body) => {
      openSync('/dev/null', 'r')
      return body
    }),
  ],
  [
    'a connection that is given back at the end alone',
    'stops a fetch in mid-body',
    (driver) => {
      let free = Promise.resolve()
      return {
        parcels: {
          async *fetch(entries, call) {
            await free
            const { promise, resolve } = Promise.withResolvers<void>()
            free = promise
            yield* driver.parcels?.fetch?.(entries, call) ?? missing()
            resolve()
          },
        },
      }
    },
  ],
  [
    'a fetched chunk that is overwritten too soon',
    'keeps a chunk of a fetched body valid until the next is asked for',
    bodies(overwrittenSoon),
  ],
  [
    'bodies that wait for each other',
    'gives the next body before the last was read',
    fetching(async function* (items) {
      for await (const item of items) {
        if ('error' in item) continue
        const { promise, resolve } = Promise.withResolvers<void>()
        yield { entry: item.entry, body: until(item.body, resolve) } satisfies Reading
        await promise
      }
    }),
  ],
  [
    'entries that are there too soon',
    'shows nothing of a parcel before it is committed, and then all of it',
    (driver) => ({
      parcels: {
        async store(parcel, call) {
          const writer = (await driver.parcels?.store?.(parcel, call)) ?? missing()
          return {
            ...writer,
            async add(entry, body, own) {
              await driver.write?.(entry, body, own)
              const { body: kept } = await driver.read({ path: entry.path }, undefined, own)
              await writer.add(entry, kept, own)
            },
          }
        },
      },
    }),
  ],
  [
    'outcomes of all that was announced',
    'takes fewer entries than were announced, in any order',
    packing((writer, { entries }) => ({
      async commit(call) {
        const outcomes = await writer.commit(call)
        const [first] = entries
        return first === undefined ? outcomes : [...outcomes, { path: first.path, entry: { path: first.path } }]
      },
    })),
  ],
  [
    'an abort that publishes',
    'leaves nothing of a parcel that is aborted',
    packing((writer) => ({ abort: async (call) => void (await writer.commit(call)) })),
  ],
  [
    'half a body that is published',
    'leaves nothing of a parcel with a body that failed',
    packing((writer) => ({ abort: async (call) => void (await writer.commit(call)) })),
  ],
  [
    'one parcel for all',
    'keeps two parcels apart',
    (driver) => {
      let one: Promise<ParcelWriter> | undefined
      return {
        parcels: {
          store: async (parcel, call) => await (one ??= driver.parcels?.store?.(parcel, call) ?? missing()),
        },
      }
    },
  ],
  [
    'an entry that may not be there yet',
    'takes the same entries again',
    (driver) => ({
      parcels: {
        async store(parcel, call) {
          const entries = parcel.entries.map((entry) => ({ ...entry, ifAbsent: true }))
          const writer = (await driver.parcels?.store?.({ ...parcel, entries }, call)) ?? missing()
          return {
            ...writer,
            add: async (entry, body, own) => await writer.add({ ...entry, ifAbsent: true }, body, own),
          }
        },
      },
    }),
  ],
  [
    'a resumed parcel that has nothing of what it had',
    'goes on with a parcel in another process',
    (driver) => ({
      parcels: {
        async store(parcel, call) {
          const { saved: _, ...anew } = parcel
          return (await driver.parcels?.store?.(anew, call)) ?? missing()
        },
      },
    }),
  ],
  ['a parcel that stays', 'discards what was saved of a parcel', () => ({ parcels: { discard: async () => {} } })],
]

async function* until(body: Bytes, over: () => void) {
  yield* body
  over()
}
