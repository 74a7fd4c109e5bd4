import { gunzipSync } from 'node:zlib'

import { codRetrieve } from '@gantry-tooling/foreign'
import { cod } from '@gantry/cod'
import { collect, Store } from '@gantry/core'
import { fs } from '@gantry/fs'
import { s3 } from '@gantry/s3'
import { nodeHashing } from '@gantry/transfer'
import { createDownload } from '@gantry/transfer/download'

import type { CodResult, CodWork } from './cod-work.ts'
import { limitHeap } from './limit-heap.ts'

// One run in a process of its own, so that its memory is its own.
const work = JSON.parse(process.argv[2] ?? '') as CodWork
const { server, bucket, root, target, studies, series, path, frame } = work
if (!work.step.startsWith('foreign-')) {
  limitHeap()
}
const { endpoint, accessKey: accessKeyId, secretKey: secretAccessKey } = server
const credentials = { accessKeyId, secretAccessKey }
const given = new Store(s3({ endpoint, bucket, prefix: root, region: 'us-east-1', credentials }))
const driver = cod(given, { hashing: nodeHashing })

async function download(durability: 'disk' | 'cache'): Promise<number> {
  const directory = new Store(fs({ root: target, durability }))
  const job = createDownload({ store: new Store(driver), directory, hashing: nodeHashing }).download(studies)
  const { complete, files } = await job.start()
  if (!complete) throw new Error('Something did not come.')
  return files.length
}

const steps: { readonly [step: string]: () => Promise<number> } = {
  async 'foreign-download'() {
    await codRetrieve(series, target)
    return series.length
  },
  download: async () => await download('disk'),
  'download-cache': async () => await download('cache'),
  async stats() {
    const directory = new Store(fs({ root: target }))
    const stats = await createDownload({ store: new Store(driver), directory }).getStats(studies)
    return stats.totalSeriesCount
  },
  /** The same objects, one after another. */
  async 'stats-serial'() {
    let count = 0
    for (const study of studies) {
      for await (const entry of given.list({ prefix: `studies/${study}` })) {
        if (!entry.path.endsWith('/metadata.json')) continue
        const { body } = await given.read(entry.path)
        JSON.parse(gunzipSync(await collect(body)).toString())
        count += 1
      }
    }
    return count
  },
  async frame() {
    const bytes = await driver.readFrame(path, frame)
    if (bytes[0] !== frame % 256) throw new Error('That is another frame.')
    return bytes.length
  },
}

const step = steps[work.step]
if (step === undefined) throw new Error('There is no such step.')
const began = performance.now()
const count = await step()
const result: CodResult = { milliseconds: performance.now() - began, count }
console.log(JSON.stringify(result))
// Kept connections would hold the process for a while.
process.exit()
