import { generateIdentity } from '@gantry/age'
import { collect, GantryError, Store, toCall } from '@gantry/core'
import { startW3up, type RunningW3up } from '@gantry-tooling/servers/w3up'
import { memory } from '@gantry/memory'
import { describeStore } from '@gantry/testkit'
import { phantom } from '@gantry/testkit/phantom'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'

import { openW3upClient } from './drivers/open-w3up-client.ts'
import type { PlainClient } from './drivers/w3up-client.ts'
import { readPath, w3up } from './index.ts'
import { all, contentsOf, expectedOf, pathsOf, storeFiles, studyFiles, type TestFile } from './testing/parcels.ts'
import { slowFetch } from './testing/slow-fetch.ts'

const ageSecretKey = await generateIdentity()
const options = { ageSecretKey, shardSize: 400_000 }
const files = studyFiles()

let service: RunningW3up
const running = startW3up()
beforeAll(async () => {
  service = await running
})
afterAll(async () => await service.close())

async function space() {
  const access = await service.createSpace()
  const client = { ...access }
  const home = new Store(memory())
  return { client, home, open: (more = {}) => w3up(home, { ...options, client, ...more }) }
}

describe('the real upload service', { timeout: 120_000 }, () => {
  test('keeps a study; it is read back from where the service says that its blobs are', async () => {
    const { open, home } = await space()
    await storeFiles(open(), files)
    expect(await contentsOf(open())).toEqual(expectedOf(files))
    expect(await all(open().check())).toMatchObject([{ type: 'unit', errors: 0 }])
    // Keys and records, and no blob.
    expect(new Set((await pathsOf(home)).map((path) => path.split('/')[0]))).toEqual(
      new Set(['archive.json', 'keys', 'locations', 'units']),
    )
  })

  test('is sent nothing when the same study comes again, also from elsewhere', async () => {
    const { open } = await space()
    const images: TestFile[] = []
    for await (const { path, bytes } of phantom({ size: 64, slices: 6 }))
      images.push({ path, bytes: Uint8Array.from(bytes) })
    const moved = images.map((file) => ({ ...file, path: `moved/sub/${file.path}` }))
    const study = '1.2.3'
    await storeFiles(open(), images, { study })
    const before = service.puts
    await storeFiles(open(), images, { study })
    await storeFiles(open(), moved, { study })
    expect(service.puts).toBe(before)
    expect(await contentsOf(open())).toEqual(expectedOf([...images, ...moved]))
    for (const { path } of images) await new Store(open()).remove(path)
    expect(await contentsOf(open())).toEqual(expectedOf(moved))
    expect(await all(open().check())).toMatchObject([{ type: 'unit', errors: 0 }])
  })

  test('is asked again where a blob is, when a process ended before it had noted that', async () => {
    const { open, home } = await space()
    const call = toCall()
    const write = home.write.bind(home)
    let noted = 0
    home.write = async (entry, body, more) => {
      if (entry.path.startsWith('locations/') && (noted += 1) === 2) throw new GantryError('cancelled', 'Killed here.')
      return await write(entry, body, more)
    }
    let saved: string | undefined
    await expect(storeFiles(open(), files, { save: (state) => (saved = state), call })).rejects.toMatchObject({
      code: 'cancelled',
    })
    home.write = write
    const before = service.puts
    await storeFiles(open(), files, { saved })
    expect(await contentsOf(open())).toEqual(expectedOf(files))
    const shards = await pathsOf(home, 'locations')
    // Each blob went once.
    expect(service.puts - before).toBe(shards.length - 2)
  })

  test('is read through gateways, whatever the service says; those that lie or are slow are passed over', async () => {
    const { open, home } = await space()
    await storeFiles(open(), files)
    for (const path of await pathsOf(home, 'locations')) await home.remove(path)
    await expect(contentsOf(open())).rejects.toMatchObject({ code: 'integrity' })
    const asked = { lying: 0, slow: 0 }
    const sending: typeof fetch = async (url, init) => {
      const { host } = new URL(url instanceof Request ? url.url : url)
      if (host === 'lying.example') {
        asked.lying += 1
        return new Response('not the block')
      }
      if (host === 'slow.example') {
        asked.slow += 1
        return await new Promise((_, reject) =>
          init?.signal?.addEventListener('abort', () => reject(new Error('aborted'))),
        )
      }
      return await fetch(url, init)
    }
    const gateways = ['https://lying.example', 'https://slow.example', service.url]
    const reading = open({ gateways, fetch: sending, slowAfter: 200 })
    expect(await contentsOf(reading)).toEqual(expectedOf(files))
    // Once, or as often as a unit is opened: then they are asked last.
    expect(asked).toEqual({ lying: 1, slow: 1 })
  })

  test.each(['silence', 'trickle'] as const)(
    'is passed over like a gateway when where it keeps blobs answers with %s',
    async (how) => {
      const { open } = await space()
      await storeFiles(open(), files)
      const { send, asked } = slowFetch(how, ({ pathname }) => !pathname.startsWith('/ipfs/'))
      const slow = { fetch: send, slowAfter: 200 }
      expect(await contentsOf(open({ ...slow, gateways: [service.url] }))).toEqual(expectedOf(files))
      // When its unit is opened, and not again for every leaf and run.
      expect(asked.slow).toBe(1)
      await expect(contentsOf(open(slow))).rejects.toMatchObject({ code: 'unavailable' })
    },
  )

  test('may have blobs in the space that others put there under another hash', async () => {
    const { client, home } = await space()
    const { capability }: PlainClient = await openW3upClient(client)
    const foreign = { digest: Uint8Array.of(0x13, 64, ...new Uint8Array(64)), size: 5 }
    const blob: PlainClient['capability']['blob'] = {
      add: async (...given) => await capability.blob.add(...given),
      remove: async (...given) => await capability.blob.remove(...given),
      async list(given) {
        const page = await capability.blob.list(given)
        return { ...page, results: [{ blob: foreign }, ...page.results] }
      },
    }
    const { index, upload } = capability
    const open = () => w3up(home, { ...options, client: { capability: { blob, index, upload } } })
    await storeFiles(open(), files)
    expect(await contentsOf(open())).toEqual(expectedOf(files))
    expect(await all(open().check())).toMatchObject([{ type: 'unit', errors: 0 }])
  })

  test('is rid of all that was stored, the index too', async () => {
    const { open, client } = await space()
    await storeFiles(open(), files)
    const other = w3up(new Store(memory()), { ...options, client })
    expect((await all(other.check())).length).toBeGreaterThan(4)
    const store = new Store(open())
    for (const { path } of files) await store.remove(path)
    expect(await all(other.check())).toEqual([])
  })

  test('that takes no writes any more is read_only: what is there is read, and nothing else is kept', async () => {
    const { open } = await space()
    await storeFiles(open(), files)
    service.readOnly = true
    onTestFinished(() => void (service.readOnly = false))
    await expect(storeFiles(open(), studyFiles('study-2', 7))).rejects.toMatchObject({ code: 'read_only' })
    expect(await contentsOf(open())).toEqual(expectedOf(files))
  })

  test('refuses a proof of another space or agent without repeating it', async () => {
    const [{ client }, other] = [await space(), await space()]
    const driver = w3up(new Store(memory()), { ...options, client: { ...client, key: other.client.key } })
    const error = await storeFiles(driver, files).catch((thrown: unknown) => thrown)
    expect(['permission_denied', 'invalid']).toContain((error as { code?: string }).code)
    expect(String((error as Error).stack)).not.toContain(client.proof.slice(20, 60))
  })

  test('gives plaintext that is public to anyone who has a root, range by range, from gateways that lie', async () => {
    const { home, client } = await space()
    const driver = w3up(home, { public: true, shardSize: 400_000, client })
    await storeFiles(driver, files)
    const { path, bytes } = files[5] ?? { path: '', bytes: new Uint8Array() }
    const [root = '', ...place] = (await new Store(driver).stat(path)).version?.split('/') ?? []
    expect(place.join('/')).toBe(path)
    const sending: typeof fetch = async (url, init) =>
      new URL(url instanceof Request ? url.url : url).host === 'lying.example'
        ? new Response('x')
        : await fetch(url, init)
    const asking = { gateways: ['https://lying.example', service.url], fetch: sending }
    const whole = await readPath(root, path, asking)
    expect(whole.size).toBe(bytes.length)
    expect(Buffer.compare(await collect(whole.body), bytes)).toBe(0)
    const part = await readPath(root, path, asking, { start: 1_048_570, end: 1_048_577 })
    expect(Buffer.compare(await collect(part.body), bytes.subarray(1_048_570))).toBe(0)
    await expect(readPath(root, `${path}.not`, asking)).rejects.toMatchObject({ code: 'not_found' })
    await expect(readPath(root, path, { gateways: ['https://lying.example'], fetch: sending })).rejects.toMatchObject({
      code: 'integrity',
    })
  })

  test('gives a range without giving the rest', async () => {
    const { open } = await space()
    await storeFiles(open(), files)
    const { path, bytes } = files[5] ?? { path: '', bytes: new Uint8Array() }
    const got = await collect((await new Store(open()).read(path, { start: 700_000, end: 700_100 })).body)
    expect(Buffer.compare(got, bytes.subarray(700_000, 700_100))).toBe(0)
  })
})

describeStore({
  name: 'w3up, encrypted',
  async open() {
    const access = await (await running).createSpace()
    const given = memory()
    const open = () => w3up(new Store(given), { ageSecretKey, shardSize: 150_000, client: access })
    return { driver: open(), reopen: async () => open(), inMemory: true }
  },
})
