// Adds one to a number in an entry, `times` times, each only over the version that it read.
import { bytesOf, collect, isGantryError, Store } from '@gantry/core'

import { fs } from '../src/fs.ts'

const { root, times } = JSON.parse(process.argv[2] ?? '') as { root: string; times: number }
const store = new Store(fs({ root }))

for (let done = 0; done < times;) {
  try {
    const { entry, body } = await store.read('counter')
    const next = Buffer.from(String(Number(Buffer.from(await collect(body)).toString()) + 1))
    await store.write({ path: 'counter', size: next.length, ifVersion: entry.version ?? '' }, bytesOf(next))
    done += 1
  } catch (error) {
    if (!isGantryError(error) || error.code !== 'precondition_failed') throw error
  }
}
