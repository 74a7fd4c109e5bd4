import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { dicomwebClient as foreignClient } from '@gantry-tooling/foreign'
import { sideBySide } from '@gantry/core/side-by-side'
import { dicomwebClient } from '@gantry/dicomweb/node'

import type { DicomwebResult, DicomwebWork } from './dicomweb-work.ts'
import { limitHeap } from './limit-heap.ts'

// One run in a process of its own, so that its memory is its own.
const work = JSON.parse(process.argv[2] ?? '') as DicomwebWork
const { root, headers, study, series, instances, concurrency, folder, verify } = work
if (work.step.startsWith('gantry-')) {
  limitHeap()
}
let bytes = 0
let count = 0
let first: number | undefined
const digests: string[] = []

/** Digests are for one run that is not measured: they would cost some of the contestants more than others. */
async function got(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
  const hash = verify ? createHash('sha256') : undefined
  for await (const chunk of body) {
    bytes += chunk.length
    hash?.update(chunk)
  }
  first ??= performance.now() - began
  count += 1
  if (hash !== undefined) digests.push(hash.digest('hex'))
}

const steps: { readonly [step: string]: () => Promise<void> } = {
  async 'foreign-series'() {
    const client = foreignClient({ root, headers })
    for (const body of await client.retrieveSeries({ studyInstanceUID: study, seriesInstanceUID: series })) {
      await got([new Uint8Array(body)])
    }
  },
  async 'foreign-instances'() {
    const client = foreignClient({ root, headers })
    await sideBySide(instances, concurrency, async (sopInstanceUID) => {
      const wanted = { studyInstanceUID: study, seriesInstanceUID: series, sopInstanceUID }
      await got([new Uint8Array(await client.retrieveInstance(wanted))])
    })
  },
  async 'gantry-series'() {
    const client = dicomwebClient({ root, headers })
    for await (const { body } of client.retrieveSeries({ study, series })) await got(body)
  },
  /** In the way that is the quicker one for this service, which it has to find out. */
  async 'gantry-fetch'() {
    const client = dicomwebClient({ root, headers })
    for await (const instance of client.fetchInstances({ study, series })) {
      if ('error' in instance) throw instance.error
      await got(instance.body)
    }
  },
  async 'gantry-instances'() {
    const client = dicomwebClient({ root, headers })
    await sideBySide(instances, concurrency, async (instance) => {
      const { body } = await client.retrieveInstance({ study, series, instance })
      await got(body)
    })
  },
  async 'foreign-store'() {
    const client = foreignClient({ root, headers })
    const datasets = [...filesOf(folder)].map((file) => new Uint8Array(file).buffer)
    await client.storeInstances({ datasets })
    stored(datasets.map(({ byteLength }) => byteLength))
  },
  async 'gantry-store'() {
    const sizes: number[] = []
    const seen = function* () {
      for (const file of filesOf(folder)) {
        sizes.push(file.length)
        yield file
      }
    }
    const outcomes = await dicomwebClient({ root, headers }).storeInstances(seen())
    if (outcomes.some(({ error }) => error !== undefined)) throw new Error('Something was not stored.')
    stored(sizes)
  },
}

function* filesOf(place: string): Generator<Buffer> {
  for (const path of readdirSync(place, { recursive: true, encoding: 'utf8' })) {
    if (path.endsWith('.dcm')) yield readFileSync(join(place, path))
  }
}

function stored(sizes: readonly number[]): void {
  count = sizes.length
  bytes = sizes.reduce((sum, size) => sum + size, 0)
}

const step = steps[work.step]
if (step === undefined) throw new Error('There is no such step.')
const began = performance.now()
await step()
const result: DicomwebResult = {
  milliseconds: performance.now() - began,
  first: first ?? Number.NaN,
  bytes,
  count,
  digest: createHash('sha256').update(digests.toSorted().join()).digest('hex'),
}
console.log(JSON.stringify(result))
// Kept connections would hold the process for a while.
process.exit()
