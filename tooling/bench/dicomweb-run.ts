import { createHash } from 'node:crypto'

import { dicomwebClient } from '@gantry-tooling/foreign'

import type { DicomwebResult, DicomwebWork } from './dicomweb-work.ts'

// One run in a process of its own, so that its memory is its own.
const work = JSON.parse(process.argv[2] ?? '') as DicomwebWork
const { root, headers, study, series, instances, concurrency, verify } = work
let bytes = 0
let count = 0
let first: number | undefined
const digests: string[] = []

/** Digests are for one run that is not measured: they would cost some of the contestants more than others. */
function got(body: Uint8Array): void {
  first ??= performance.now() - began
  bytes += body.length
  count += 1
  if (verify) digests.push(createHash('sha256').update(body).digest('hex'))
}

const steps: { readonly [step: string]: () => Promise<void> } = {
  async 'foreign-series'() {
    const client = dicomwebClient({ root, headers })
    for (const body of await client.retrieveSeries({ studyInstanceUID: study, seriesInstanceUID: series })) {
      got(new Uint8Array(body))
    }
  },
  async 'foreign-instances'() {
    const client = dicomwebClient({ root, headers })
    await sideBySide(async (sopInstanceUID) => {
      const wanted = { studyInstanceUID: study, seriesInstanceUID: series, sopInstanceUID }
      got(new Uint8Array(await client.retrieveInstance(wanted)))
    })
  },
}

async function sideBySide(each: (instance: string) => Promise<void>): Promise<void> {
  const queue = instances.values()
  const worker = async () => {
    for (const instance of queue) await each(instance)
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
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
