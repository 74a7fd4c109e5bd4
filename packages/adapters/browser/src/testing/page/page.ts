import { bytesOf, collect, Store } from '@gantry/core'
import { memory } from '@gantry/memory'
import { createDownload } from '@gantry/transfer/download'

import { browser, forgetFolder, keepFolder, keptFolder, privateFolder } from '../../index.ts'
import { folderCall } from './folder-call.ts'

// What tests ask of a real browser; answers are plain data.

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

/** In a worker, where files have synchronous access, and none of the streams. */
async function inWorker() {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  try {
    return await new Promise<unknown>((resolve, reject) => {
      worker.addEventListener('message', ({ data }) => resolve(data))
      worker.addEventListener('error', ({ message }) => reject(new Error(message)))
    })
  } finally {
    worker.terminate()
  }
}

Object.assign(globalThis, { download, keep, kept, inWorker, folderCall })
