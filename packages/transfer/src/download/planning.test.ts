import { setImmediate as turn } from 'node:timers/promises'

import { bytesOf, collect, type Entry, GantryError, Store, type StoreDriver } from '@gantry/core'
import { memory } from '@gantry/memory'
import { describe, expect, test } from 'vitest'

import { downloadRig, hear } from '../testing/download-rig.ts'
import { createDownload } from './index.ts'

/** Of the event loop. */
async function turns(count: number): Promise<void> {
  for (let passed = 0; passed < count; passed += 1) await turn()
}

describe('a study of which not all is listed yet', () => {
  const files = ['1.2.3.1', '1.2.3.2', '1.2.3.3'].map((series) => `1.2.3/${series}/instances/${series}.0.dcm`)
  /** `before` is asked before the third series is listed, each time. */
  const listing = async (before: () => Promise<void> | void) => {
    const studies = { '1.2.3': { '1.2.3.1': [10], '1.2.3.2': [20], '1.2.3.3': [30] } }
    const { source, ...rig } = await downloadRig({ studies })
    const list = source.list.bind(source)
    source.list = async function* (selection, call) {
      for await (const entry of list(selection, call)) {
        if (entry.path.includes('/1.2.3.3/')) await before()
        yield entry
      }
    }
    const { store, directory, saved } = rig
    return { saved, job: createDownload({ store, directory }).download(['1.2.3'], { zip: true }) }
  }

  test('comes series by series meanwhile', async () => {
    const saved = Promise.withResolvers<void>()
    const { job } = await listing(() => saved.promise)
    job.onSave(() => saved.resolve())
    const result = await job.start()
    expect(result).toMatchObject({ complete: true, files })
  })

  test('comes once when the listing broke off and began anew', async () => {
    const saved = Promise.withResolvers<void>()
    let broken = false
    const { job } = await listing(async () => {
      await saved.promise
      if (broken) return
      broken = true
      throw new GantryError('unavailable', 'The connection was reset.')
    })
    job.onSave(() => saved.resolve())
    const heard = hear(job)
    const result = await job.start()
    expect(result).toMatchObject({ complete: true, files })
    expect(heard.progress.reduce((sum, { bytesDownloaded }) => sum + bytesDownloaded, 0)).toBe(60)
    expect(heard.save.map(({ file }) => file)).toEqual([...files, '1.2.3.zip'])
  })

  test('keeps what came when the rest cannot be listed, says so, and gets no zip', async () => {
    const { job, saved } = await listing(() => {
      throw new GantryError('permission_denied', 'Not for you.')
    })
    const result = await job.start()
    expect(result).toMatchObject({ complete: false, errors: [{ error: { code: 'permission_denied' } }] })
    expect(result.files).toEqual(files.slice(0, 1))
    expect([...(await saved()).keys()]).toEqual(files.slice(0, 1))
  })
})

test('nothing moves any more when a download has ended, also when it could not look into its directory', async () => {
  const order: string[] = []
  const over = Promise.withResolvers<void>()
  const written = Promise.withResolvers<void>()
  const { store, directory } = await downloadRig({
    target: {
      before: async ({ operation, nth }) => {
        if (operation !== 'list') return
        if (nth === 1) throw new GantryError('permission_denied', 'Not for you.')
        // Until the download has ended, were it to end without this one.
        await Promise.race([over.promise, turns(100)])
      },
      after({ operation }) {
        if (operation !== 'write') return
        order.push('written')
        written.resolve()
      },
    },
  })
  const result = await createDownload({ store, directory }).download(['1.2.3']).start()
  order.push('ended')
  over.resolve()
  await written.promise
  expect(order).toEqual(['written', 'ended'])
  expect(result).toMatchObject({ complete: false, errors: [{ error: { code: 'permission_denied' } }] })
  expect(result.files).toEqual(['1.2.3/1.2.3.2/instances/1.2.3.2.0.dcm'])
})

test('an instance whose name no file can have is told of, and not left out in silence', async () => {
  const { store, directory, source } = await downloadRig()
  const list = source.list.bind(source)
  source.list = async function* withRefused(...asked) {
    yield* list(...asked)
    yield { path: 'studies/1.2.3/series/1.2.3.1/instances/../x.dcm', size: 1 }
  }
  const download = createDownload({ store, directory })
  const result = await download.download(['1.2.3']).start()
  expect(result).toMatchObject({ complete: false, errors: [{ error: { code: 'invalid' } }] })
  expect(result.files).toHaveLength(4)
  expect((await download.getStats(['1.2.3'])).errors).toHaveLength(1)
})

test('two instances with one name keep their files, in whatever order they are listed', async () => {
  const path = (place: string) => `${place}/studies/1.2.3/series/1.2.3.1/instances/9.dcm`
  const given = memory()
  const store = new Store(given)
  await store.write({ path: path('x'), size: 3 }, bytesOf(Uint8Array.of(1, 1, 1)))
  await store.write({ path: path('y'), size: 3 }, bytesOf(Uint8Array.of(2, 2, 2)))
  const directory = new Store(memory())
  for (const order of [1, -1]) {
    const unordered: StoreDriver = Object.assign(Object.create(given) as StoreDriver, {
      abilities: { ...given.abilities, order: 'none' },
      list: async function* list(...asked: Parameters<StoreDriver['list']>) {
        const entries: Entry[] = []
        for await (const entry of given.list(...asked)) entries.push(entry)
        yield* order > 0 ? entries : entries.toReversed()
      },
      read: async (...[ref, ...asked]: Parameters<StoreDriver['read']>) => {
        if (order > 0 && ref.path === path('y')) throw new GantryError('permission_denied', 'Not yet.')
        return await given.read(ref, ...asked)
      },
      stat: given.stat.bind(given),
    })
    const { complete } = await createDownload({ store: new Store(unordered), directory })
      .download(['1.2.3'])
      .start()
    expect(complete).toBe(order < 0)
  }
  const files: string[] = []
  for await (const entry of directory.list()) files.push(String(await collect((await directory.read(entry)).body)))
  expect(files.toSorted()).toEqual(['1,1,1', '2,2,2'])
})

test('a download that is resumed while it pauses goes on', async () => {
  const { store, directory, files } = await downloadRig()
  const job = createDownload({ store, directory }).download(['1.2.3', '1.2.4'])
  void job.start()
  const paused = job.pause()
  const result = await job.resume()
  await paused
  expect(result).toMatchObject({ state: 'completed', complete: true })
  expect(result.files).toHaveLength(files.size)
})

test('a download that is paused again before its start came to anything stays paused', async () => {
  const { store, directory, files } = await downloadRig()
  const job = createDownload({ store, directory }).download(['1.2.3', '1.2.4'])
  const first = job.start()
  const paused = job.pause()
  const again = job.start()
  await Promise.all([paused, job.pause()])
  expect(job.state).toBe('paused')
  expect([(await first).state, (await again).state]).toEqual(['paused', 'paused'])
  expect(job.state).toBe('paused')
  expect(await job.resume()).toMatchObject({ complete: true })
  expect((await job.start()).files).toHaveLength(files.size)
})
