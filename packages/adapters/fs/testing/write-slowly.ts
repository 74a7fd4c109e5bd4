// Writes entries one after the other; of each, the second half comes after it has said so, and late.
import { setTimeout as sleep } from 'node:timers/promises'

import { Store } from '@gantry/core'

import { fs } from '../src/fs.ts'

const { root, pause } = JSON.parse(process.argv[2] ?? '') as { root: string; pause: number }
const store = new Store(fs({ root }))
const half = Buffer.alloc(300_000, 7)

for (let index = 0; ; index += 1) {
  const body = (async function* () {
    yield half
    process.stdout.write(`${index}\n`)
    await sleep(pause)
    yield half
  })()
  await store.write({ path: `folder/entry-${index}`, size: 2 * half.length }, body)
}
