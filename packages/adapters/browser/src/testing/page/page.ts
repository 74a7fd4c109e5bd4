import { bytesOf, collect, Store } from '@gantry/core'
import { memory } from '@gantry/memory'
import { createDownload } from '@gantry/transfer/download'

import { browser, chooseFolder, forgetFolder, keepFolder, keptFolder, privateFolder } from '../../index.ts'
import { downloadAll, type DownloadOrder, lookInto, pauseDownload } from './download-all.ts'
import { standForNode } from './node/globals.ts'
import { type OneCase, runOne } from './run-one.ts'
import type { WorkerOrder } from './worker.ts'

// What tests ask of a real browser; answers are plain data.

standForNode()

const five = new Uint8Array([1, 2, 3, 4, 5])

async function pathsIn(store: Store): Promise<string[]> {
  const paths: string[] = []
  for await (const { path } of store.list()) paths.push(path)
  return paths
}

/** A study in memory, downloaded twice into a private folder, with a zip. */
async function download() {
  const source = new Store(memory())
  for (const [index, size] of [3_000_000, 17, 0].entries()) {
    const bytes = Uint8Array.from({ length: size }, (_, at) => (at * 31 + index) & 0xff)
    await source.write({ path: `studies/1.2/series/1.2.3/instances/1.2.3.${index}.dcm`, size }, bytesOf(bytes))
  }
  const directory = new Store(browser({ root: () => privateFolder('download') }))
  const each = createDownload({ store: source, directory })
  const first = await each.download(['1.2'], { zip: true }).start()
  const job = each.download(['1.2'])
  let saved = 0
  job.onSave(() => (saved += 1))
  const second = await job.start()
  const same: boolean[] = []
  for (const file of first.files) {
    const [study, series, , name] = file.split('/')
    const there = await collect((await directory.read(file)).body)
    const here = await collect((await source.read(`studies/${study}/series/${series}/instances/${name}`)).body)
    same.push(there.length === here.length && there.every((byte, at) => byte === here[at]))
  }
  const zip = await directory.stat('1.2.zip')
  const errors = first.errors.map(({ error }) => `${error.code}: ${error.message}`)
  return { first: first.complete, errors, second: second.complete, saved, same, zip: zip.size }
}

async function keep() {
  await keepFolder(await privateFolder('kept'), 'mine')
  const store = new Store(browser({ root: await privateFolder('kept') }))
  await store.write({ path: 'a', size: 5 }, bytesOf(five))
}

async function kept() {
  const root = await keptFolder('mine')
  if (root === undefined) return undefined
  const paths = await pathsIn(new Store(browser({ root })))
  await forgetFolder('mine')
  return { paths, after: (await keptFolder('mine')) === undefined }
}

let worker: Worker | undefined
let orders = 0

/** In a worker, where files have synchronous access, and none of the streams. */
async function inWorker(order: WorkerOrder): Promise<unknown> {
  worker ??= new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  const own = worker
  const id = (orders += 1)
  return await new Promise<unknown>((resolve, reject) => {
    own.addEventListener('message', ({ data }: MessageEvent<{ id: number; value?: unknown; error?: string }>) => {
      if (data.id !== id) return
      if (data.error === undefined) resolve(data.value)
      else reject(new Error(data.error))
    })
    own.addEventListener('error', ({ message }) => reject(new Error(message)))
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
    own.postMessage({ id, order })
  })
}

const asked: string[] = []

/** As of a folder that the user chose: OPFS handles need no permission, so the answers are those of a stand-in. */
function mockPermission(query: string, request: string): void {
  Object.assign(FileSystemHandle.prototype, {
    queryPermission: async ({ mode }: { mode: string }) => {
      asked.push(`query ${mode}`)
      return query
    },
    requestPermission: async ({ mode }: { mode: string }) => {
      asked.push(`request ${mode}`)
      return request
    },
  })
}

/** The user's choice is a private folder, whose handle is a real one. */
async function choose(folder: string) {
  Object.assign(globalThis, { showDirectoryPicker: async () => await privateFolder(folder) })
  const { name } = await chooseFolder('chosen')
  return name
}

/** What a page does when it is opened again: into the folder of last time, after asking. */
async function downloadIntoKept(order: DownloadOrder) {
  try {
    const root = await keptFolder('chosen')
    if (root === undefined) return { asked, error: 'nothing was kept' }
    return { asked, ...(await downloadAll(order, root)) }
  } catch (error) {
    return { asked, error: (error as { code?: string }).code }
  }
}

Object.assign(globalThis, {
  download,
  keep,
  kept,
  inWorker,
  downloadAll: async (order: DownloadOrder) => await downloadAll(order),
  downloadIntoKept,
  choose,
  mockPermission,
  lookInto,
  pauseDownload,
  runOne: async (one: OneCase) => await runOne(one),
  ready: true,
})
