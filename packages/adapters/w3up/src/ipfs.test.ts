import { startKuboStandIn } from '@gantry-tooling/servers/kubo'
import { generateIdentity } from '@gantry/age'
import { Store } from '@gantry/core'
import { memory } from '@gantry/memory'
import { describeStore } from '@gantry/testkit'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'

import { ipfs } from './index.ts'
import { contentsOf, expectedOf, pathsOf, storeFiles, studyFiles } from './testing/parcels.ts'
import { slowFetch } from './testing/slow-fetch.ts'

const ageSecretKey = await generateIdentity()
const files = studyFiles()
const node = await startKuboStandIn()
afterAll(async () => await node.close())

describe('a Kubo node, as its documentation says [stand-in; see real-kubo.test.ts]', { timeout: 60_000 }, () => {
  let home: Store
  const open = (more = {}) =>
    ipfs(home, {
      ageSecretKey,
      shardSize: 400_000,
      kubo: { api: node.url },
      pinning: { endpoint: `${node.url}/psa`, token: 'token' },
      ...more,
    })
  beforeEach(() => {
    home = new Store(memory())
    node.blocks.clear()
    node.pins.clear()
    node.requests.clear()
    node.asked.length = 0
  })

  test('keeps a study, pinned by its root, here and at the service', async () => {
    await storeFiles(open(), files)
    expect(node.pins.size).toBe(1)
    expect([...node.requests.values()]).toEqual([...node.pins])
    expect(await contentsOf(open())).toEqual(expectedOf(files))
    expect(new Set((await pathsOf(home)).map((path) => path.split('/')[0]))).toEqual(
      new Set(['archive.json', 'imported', 'indexes', 'keys', 'units']),
    )
  })

  test('is sent nothing when the same study comes again', async () => {
    await storeFiles(open(), files)
    node.asked.length = 0
    await storeFiles(open(), files)
    expect(node.asked).toEqual([])
  })

  test('lets go of a study that is removed', async () => {
    await storeFiles(open(), files)
    const store = new Store(open())
    for (const { path } of files) await store.remove(path)
    expect([node.pins.size, node.requests.size]).toEqual([0, 0])
  })

  test('that lies is found out', async () => {
    await storeFiles(open(), files)
    for (const bytes of node.blocks.values()) bytes[0] = (bytes[0] ?? 0) ^ 1
    await expect(contentsOf(open())).rejects.toMatchObject({ code: 'integrity' })
  })

  test.each(['dag/import', 'pin/add', 'psa/pins', 'block/get'])('that does not answer is told of: %s', async (path) => {
    await storeFiles(open(), studyFiles('before'))
    const { send } = slowFetch('silence', ({ pathname }) => pathname.includes(path))
    const slow = open({ fetch: send, slowAfter: 20 })
    const work = path === 'block/get' ? contentsOf(slow) : storeFiles(slow, studyFiles('after', 2))
    await expect(work).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('in time') as string,
    })
  })

  test('and a service that refuse are told', async () => {
    const wrong = open({ pinning: { endpoint: `${node.url}/psa`, token: 'another' } })
    await expect(storeFiles(wrong, files)).rejects.toMatchObject({ code: 'permission_denied' })
    await expect(storeFiles(open({ kubo: { api: 'http://127.0.0.1:9' } }), files)).rejects.toMatchObject({
      code: 'unavailable',
    })
  })
})

describeStore({
  name: 'ipfs, encrypted, over a stand-in for Kubo',
  async open() {
    const given = memory()
    const open = () => ipfs(new Store(given), { ageSecretKey, shardSize: 150_000, kubo: { api: node.url } })
    return { driver: open(), reopen: async () => open(), inMemory: true }
  },
})
