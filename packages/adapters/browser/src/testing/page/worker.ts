import { bytesOf, collect, GantryError, Store } from '@gantry/core'

import { browser, privateFolder } from '../../index.ts'
import { downloadAll, type DownloadOrder } from './download-all.ts'
import { standForNode } from './node/globals.ts'
import { type OneCase, runOne } from './run-one.ts'

standForNode()

// As in a browser that has no streams to files.
Reflect.deleteProperty(FileSystemFileHandle.prototype, 'createWritable')

/** What is asked of the worker; it answers each with the same id. */
export type WorkerOrder =
  | { readonly does: 'tryIt' }
  | { readonly does: 'runOne'; readonly one: OneCase }
  | { readonly does: 'download'; readonly order: DownloadOrder }

async function tryIt() {
  const store = new Store(browser({ root: () => privateFolder('worker') }))
  const bytes = Uint8Array.from({ length: 1_500_000 }, (_, at) => (at * 7) & 0xff)
  await store.write(
    { path: 'a/b', size: bytes.length },
    bytesOf(bytes.subarray(0, 1_000_000), bytes.subarray(1_000_000)),
  )
  const broken = async function* () {
    yield bytes
    throw new GantryError('integrity', 'Not what was promised.')
  }
  const failed = await store.write({ path: 'a/b', size: 2_000_000 }, broken()).catch((error: GantryError) => error.code)
  const there = await collect((await store.read('a/b')).body)
  const paths: string[] = []
  for await (const { path } of store.list()) paths.push(path)
  return { failed, paths, same: there.length === bytes.length && there.every((byte, at) => byte === bytes[at]) }
}

async function obey(order: WorkerOrder): Promise<unknown> {
  if (order.does === 'runOne') return await runOne(order.one)
  return order.does === 'tryIt' ? await tryIt() : await downloadAll(order.order)
}

addEventListener('message', ({ data }: MessageEvent<{ id: number; order: WorkerOrder }>) => {
  const { id, order } = data
  obey(order).then(
    (value) => postMessage({ id, value }),
    (error: unknown) => postMessage({ id, error: `${String(error)} ${String((error as Error).cause)}` }),
  )
})
