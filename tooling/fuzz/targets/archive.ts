import { bytesOf, collect, type NewEntry, Store } from '@gantry/core'
import { type Call, type StoreDriver, toCall } from '@gantry/core/driver'
import { memory, MemoryContents } from '@gantry/memory'
import { phantom } from '@gantry/testkit/phantom'

import { hold, valueOrCode } from '../expect.ts'
import type { Target } from '../target.ts'

type Files = ReadonlyMap<string, Uint8Array>

/** Files of a store that lies in another, as it is written. */
interface Written {
  /** Of the store that is given. */
  readonly files: Files
  /** What entries are. */
  readonly entries: Files
}

async function write(open: (given: Store) => StoreDriver): Promise<Written> {
  const given = new Store(memory({ contents: new MemoryContents() }))
  const driver = open(given)
  const call: Call = toCall()
  const entries = new Map<string, Uint8Array>()
  for await (const { bytes, image } of phantom({ size: 8, slices: 3 })) {
    const { studyInstanceUID, seriesInstanceUID, sopInstanceUID } = image
    entries.set(`studies/${studyInstanceUID}/series/${seriesInstanceUID}/instances/${sopInstanceUID}.dcm`, bytes)
  }
  const all: NewEntry[] = [...entries].map(([path, bytes]) => ({
    path,
    size: bytes.length,
    modified: 1_700_000_000_000,
  }))
  const parcel = await driver.parcels?.store?.({ entries: all, save: async () => {} }, call)
  for (const entry of all) await parcel?.add(entry, bytesOf(entries.get(entry.path) ?? new Uint8Array()), call)
  await parcel?.commit(call)
  const files = new Map<string, Uint8Array>()
  for await (const { path } of given.list()) files.set(path, await collect((await given.read(path)).body))
  return { files, entries }
}

/** An input is a file's number, and what is in its place. */
function inputsOf({ files }: Written, wanted: RegExp): Uint8Array[] {
  return [...files].flatMap(([path, bytes], index) =>
    wanted.test(path) ? [Uint8Array.from(Buffer.concat([Buffer.of(index), bytes]))] : [],
  )
}

async function spoilt(
  { files }: Written,
  input: Uint8Array,
): Promise<{ readonly store: Store; readonly path: string }> {
  const store = new Store(memory({ contents: new MemoryContents() }))
  const [index = 0] = input
  const chosen = [...files.keys()][index % files.size] ?? ''
  for (const [path, bytes] of files) {
    const body = path === chosen ? input.subarray(1) : bytes
    await store.write({ path, size: body.length }, bytesOf(body))
  }
  return { store, path: chosen }
}

/** What can be read of it is what was written; `false` where the records themselves may say something else. */
async function tryStore(driver: StoreDriver, entries: Files, proved: boolean): Promise<boolean> {
  const store = new Store(driver)
  const paths = await valueOrCode(async () => {
    const found: string[] = []
    for await (const { path } of store.list()) found.push(path)
    return found
  })
  const right = new Set([...entries.values()].map((bytes) => Buffer.from(bytes).toString('base64')))
  const wanted = new Set([...('value' in paths ? paths.value.slice(0, 20) : []), ...entries.keys()])
  let taken = true
  for (const path of wanted) {
    const read = await valueOrCode(async () => await collect((await store.read(path)).body))
    taken &&= 'value' in read
    if ('value' in read && proved)
      hold(right.has(Buffer.from(read.value).toString('base64')), 'bytes were read that were never written')
  }
  return taken
}

/** A target that puts an input in the place of one file of such a store. */
export function archive(
  name: string,
  words: readonly string[],
  open: (given: Store) => StoreDriver,
  wanted: RegExp,
  parts: {
    readonly isProved: (path: string) => boolean
    readonly check: (given: Store) => AsyncIterable<unknown>
  },
): Target {
  const written = write(open)
  return {
    name,
    invariants:
      'refusals are errors with codes; what is proved by digests is what was written, or is refused; a check tells of damage, and ends',
    words,
    seeds: async () => inputsOf(await written, wanted),
    open: () => ({
      async run(input) {
        const { store, path } = await spoilt(await written, input)
        const taken = await tryStore(open(store), (await written).entries, parts.isProved(path))
        await valueOrCode(async () => {
          let count = 0
          for await (const _ of parts.check(store)) count += 1
          return count
        })
        return taken
      },
    }),
  }
}
