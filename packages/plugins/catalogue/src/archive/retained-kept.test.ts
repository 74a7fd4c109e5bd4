import { bytesOf, collect, type DigestAlgorithm, Store } from '@gantry/core'
import { memory } from '@gantry/memory'
import { createJobSpec, memoryJournal, nodeHashing } from '@gantry/transfer'
import { expect, test } from 'vitest'

import { archiveAll } from '../testing/archive-rig.ts'
import { all, temporaryCatalogue } from '../testing/temporary-catalogue.ts'

const size = 17 * 1024 * 1024
const algorithms: readonly DigestAlgorithm[] = ['sha256']

test.each([
  ['whole', 10, {}],
  ['in parts', size, {}],
  ['by the destination itself', size, { digests: { algorithms, hashing: nodeHashing } }],
])('what is retained is not replaced %s', { timeout: 60_000 }, async (_, length, options) => {
  const [from, to] = [new Store(memory()), new Store(memory(options))]
  const fill = async (byte: number) => {
    const body = new Uint8Array(length).fill(byte)
    await from.write({ path: 'a', size: length, modified: byte * 1e9 }, bytesOf(body))
  }
  await fill(1)
  const catalogue = temporaryCatalogue()
  const about = { catalogue, from, to, location: 'memory:' }
  const until = Date.now() + 1e9
  expect(await archiveAll({ ...about, session: { name: 'first' }, retainUntil: until })).toMatchObject({ sent: 1 })
  await fill(2)
  const journal = memoryJournal(createJobSpec({ from: 'a', to: 'b' }))
  expect(await archiveAll({ ...about, session: { name: 'second' }, journal })).toMatchObject({ sent: 0, known: 0 })
  expect(await all(journal.failures())).toMatchObject([{ path: 'a', code: 'already_exists' }])
  const { body } = await to.read('a')
  expect((await collect(body, size))[0]).toBe(1)
})
