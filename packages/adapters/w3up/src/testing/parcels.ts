import { bytesOf, type Call, type Entry, type ParcelOutcome, type StoreDriver, toCall } from '@gantry/core/driver'
import { collect, Store } from '@gantry/core'

/** A file to be archived. */
export interface TestFile {
  readonly path: string
  readonly bytes: Uint8Array
  readonly modified?: number
}

/** Bytes that look random, the same for the same seed. */
export function pattern(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length)
  let state = seed >>> 0
  for (let index = 0; index < length; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    bytes[index] = state >>> 24
  }
  return bytes
}

/** A study of two series; the last file is longer than several small shards. */
export function studyFiles(study = 'study-1', seed = 1): TestFile[] {
  const sizes = [0, 10, 65_536, 90_000, 300_000, 1_048_577]
  return sizes.map((size, index) => ({
    path: `${study}/series-${index % 2}/instance-${index}`,
    bytes: pattern(size, seed * 100 + index),
    modified: Date.UTC(2020, 1, index + 1),
  }))
}

export interface StoreFilesOptions {
  readonly saved?: string | undefined
  /** Its UID. */
  readonly study?: string
  readonly save?: ((state: string) => void) | undefined
  readonly call?: Call
}

/** Archives them as one parcel, as a job does. */
export async function storeFiles(
  driver: StoreDriver,
  files: readonly TestFile[],
  { saved, study, save, call = toCall() }: StoreFilesOptions = {},
): Promise<readonly ParcelOutcome[]> {
  const entries = files.map(({ path, bytes, modified }) => entryOf(path, bytes.length, modified))
  const writer = await driver.parcels?.store?.(
    {
      entries,
      ...(saved !== undefined && { saved }),
      ...(study !== undefined && { study }),
      async save(state) {
        save?.(state)
      },
    },
    call,
  )
  if (writer === undefined) throw new Error('It takes no parcels.')
  for (const { path, bytes, modified } of files) {
    if (!writer.has.has(path)) await writer.add(entryOf(path, bytes.length, modified), bytesOf(bytes), call)
  }
  return await writer.commit(call)
}

function entryOf(path: string, size: number, modified: number | undefined) {
  return { path, size, ...(modified !== undefined && { modified }) }
}

/** All that an archive holds. */
export async function contentsOf(driver: StoreDriver): Promise<Map<string, Buffer>> {
  const store = new Store(driver)
  const contents = new Map<string, Buffer>()
  const entries: Entry[] = []
  for await (const entry of store.list()) entries.push(entry)
  for (const { path } of entries) contents.set(path, Buffer.from(await collect((await store.read(path)).body)))
  return contents
}

/** What archives of these files hold. */
export function expectedOf(files: readonly TestFile[]): Map<string, Buffer> {
  return new Map(files.map(({ path, bytes }) => [path, Buffer.from(bytes)]))
}

/** Paths of a store, sorted. */
export async function pathsOf(store: Store, prefix?: string): Promise<string[]> {
  const paths: string[] = []
  for await (const { path } of store.list(prefix === undefined ? {} : { prefix })) paths.push(path)
  return paths.sort()
}

export async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = []
  for await (const item of items) list.push(item)
  return list
}
