import { bytesOf, type Entry, GantryError, Store } from '@gantry/core'
import { memory } from '@gantry/memory'
import { afterEach, describe, expect, test, vi } from 'vitest'

import { downloadRig, hear, instead, sourcePathOf } from '../testing/download-rig.ts'
import { hang, type ScriptedCall, ScriptedDriver } from '../testing/scripted-driver.ts'
import { createDownload } from './index.ts'

const both = ['1.2.3', '1.2.4']

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('a download', () => {
  test('puts every file in its place, and tells what happens', async () => {
    const { store, directory, files, saved } = await downloadRig()
    const job = createDownload({ store, directory }).download(both)
    const heard = hear(job)
    const result = await job.start()
    expect(result).toMatchObject({ state: 'completed', complete: true, errors: [] })
    expect(await saved()).toEqual(files)
    expect(new Set(result.files)).toEqual(new Set(files.keys()))
    expect(heard.error).toEqual([])
    expect(heard.complete).toEqual([{ complete: true, files: result.files, errors: [] }])
    expect(new Set(heard.save.map(({ file }) => file))).toEqual(new Set(files.keys()))

    const url = 'memory://studies/studies/1.2.3/series/1.2.3.1'
    const progress = heard.progress.filter((event) => event.url === url)
    expect(progress.reduce((sum, { bytesDownloaded }) => sum + bytesDownloaded, 0)).toBe(170_001)
    expect(new Set(progress.map(({ bytesTotal }) => bytesTotal))).toEqual(new Set([170_001]))
    expect(progress.at(-1)?.bytesSaved).toBe(170_001)
    expect(heard.download).toContainEqual({ url, size: 170_001, file: '1.2.3/1.2.3.1' })
    expect(heard.extract).toContainEqual({
      url,
      size: 170_001,
      files: [100_000, 70_000, 1].map((size, index) => ({
        name: `1.2.3/1.2.3.1/instances/1.2.3.1.${index}.dcm`,
        size,
      })),
    })
  })

  test('comes to its end also where sizes are learnt by reading', async () => {
    const entry = (listed: Entry): Entry => {
      const { size: _, ...unsized } = listed
      return unsized
    }
    const { store, directory } = await downloadRig({ source: { entry } })
    const job = createDownload({ store, directory }).download(['1.2.3'])
    const heard = hear(job)
    expect(await job.start()).toMatchObject({ complete: true })
    const last = new Map(heard.progress.map(({ url, bytesTotal, bytesSaved }) => [url, [bytesTotal, bytesSaved]]))
    const wanted = [170_001, 300_000]
    expect(new Set(last.values())).toEqual(new Set(wanted.map((size) => [size, size])))
    expect(new Set(heard.download.map(({ size }) => size))).toEqual(new Set(wanted))
  })

  test('that goes on tells of all files of a series, whichever run brought them', async () => {
    const { store, directory, files } = await downloadRig()
    const download = createDownload({ store, directory })
    await download.download(both).start()
    await directory.remove('1.2.3/1.2.3.1/instances/1.2.3.1.0.dcm')
    const job = download.download(both)
    const heard = hear(job)
    await job.start()
    const names = [...files.keys()].filter((file) => file.startsWith('1.2.3/1.2.3.1/'))
    expect(heard.extract).toMatchObject([{ size: 170_001 }])
    const told = heard.extract.flatMap((event) => event.files)
    expect(told.map(({ name }) => name).toSorted()).toEqual(names)
    expect(told.reduce((sum, { size }) => sum + size, 0)).toBe(170_001)
  })

  test('gives listeners names and no buffers: what they do with them changes no file (fault 10)', async () => {
    const { store, directory, files, saved } = await downloadRig()
    const job = createDownload({ store, directory }).download(both)
    const heard = hear(job)
    job.onExtract(({ files: named }) => structuredClone(named))
    await job.start()
    const buffers = JSON.stringify([heard.download, heard.extract, heard.save], (_, value: unknown) =>
      ArrayBuffer.isView(value) || value instanceof ArrayBuffer ? 'a buffer' : value,
    )
    expect(buffers).not.toContain('a buffer')
    expect(await saved()).toEqual(files)
  })

  test('needs nothing that only some browsers have (fault 11)', async () => {
    const get = (array: typeof Array, name: string | symbol): unknown =>
      name === 'fromAsync' ? undefined : Reflect.get(array, name)
    vi.stubGlobal('Array', new Proxy(Array, { get }))
    vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: undefined }))
    const { store, directory, files, saved } = await downloadRig()
    const { complete } = await createDownload({ store, directory }).download(both, { zip: true }).start()
    vi.unstubAllGlobals()
    expect(complete).toBe(true)
    expect((await saved()).size).toBe(files.size + 2)
  })

  test('fetches the one file that is missing, not its series (fault 7)', async () => {
    const { store, directory, files, saved, target } = await downloadRig()
    const download = createDownload({ store, directory })
    await download.download(both).start()
    const [first = ''] = files.keys()
    await directory.remove(first)
    target.calls.length = 0
    const job = download.download(both)
    const heard = hear(job)
    await job.start()
    expect(heard.save.map(({ file }) => file)).toEqual([first])
    expect(target.calls.filter(({ operation }) => operation === 'write').map(({ path }) => path)).toEqual([first])
    expect(await saved()).toEqual(files)
  })

  test('keeps no file whose bytes are not those that the store tells of (fault 7)', async () => {
    const spoiled = '1.2.3/1.2.3.1/instances/1.2.3.1.1.dcm'
    const { store, directory, files, saved } = await downloadRig({
      source: {
        body: ({ path }, body) =>
          path === sourcePathOf(spoiled) ? instead(body, new Uint8Array(70_000).fill(9)) : body,
      },
    })
    const job = createDownload({ store, directory }).download(both)
    const heard = hear(job)
    const result = await job.start()
    expect(result.complete).toBe(false)
    expect(heard.complete[0]?.complete).toBe(false)
    expect(result.errors).toMatchObject([{ file: spoiled, size: 70_000, error: { code: 'integrity' } }])
    files.delete(spoiled)
    expect(await saved()).toEqual(files)
    expect(heard.download.map(({ file }) => file)).not.toContain('1.2.3/1.2.3.1')
  })

  test('a page of errors is no file (fault 3)', async () => {
    const page = new TextEncoder().encode('<html>403</html>')
    const { store, directory, saved } = await downloadRig({ source: { body: (_, body) => instead(body, page) } })
    const result = await createDownload({ store, directory }).download(['1.2.4']).start()
    expect(result).toMatchObject({ complete: false, files: [] })
    expect((await saved()).size).toBe(0)
  })

  test('says what the directory refused, and is not complete; retry goes on from there (fault 8)', async () => {
    const full = '1.2.3/1.2.3.2/instances/1.2.3.2.0.dcm'
    const { store, directory, files, saved, target } = await downloadRig({
      target: {
        before: ({ operation, path }) => {
          if (operation === 'write' && path === full) throw new GantryError('read_only', 'There is no space left.')
        },
      },
    })
    const job = createDownload({ store, directory }).download(both)
    const heard = hear(job)
    const result = await job.start()
    expect(result.complete).toBe(false)
    expect(heard.error).toMatchObject([{ file: full, error: { code: 'read_only' } }])
    expect(result.files).not.toContain(full)
    target.script = {}
    target.calls.length = 0
    expect(await job.retry()).toMatchObject({ complete: true, errors: [] })
    expect(target.count('write')).toBe(1)
    expect(await saved()).toEqual(files)
  })

  test('tries again what may pass (fault 6)', async () => {
    const { store, directory, files, saved } = await downloadRig({
      source: {
        before: ({ operation, nth }) => {
          if (operation === 'fetch' && nth < 3) throw new GantryError('unavailable', 'Busy.')
        },
      },
    })
    const result = await createDownload({ store, directory }).download(both).start()
    expect(result).toMatchObject({ complete: true, errors: [] })
    expect(await saved()).toEqual(files)
  })

  test('gives up what hangs', async () => {
    const hung = (call: ScriptedCall) => (call.operation === 'fetch' && call.nth === 1 ? hang(call) : undefined)
    const { store, directory } = await downloadRig({ source: { before: hung } })
    const result = await createDownload({ store, directory, stall: 50 }).download(both).start()
    expect(result.complete).toBe(true)
  })

  test('moves as many series at a time as was asked for (fault 6)', async () => {
    let [now, most] = [0, 0]
    const studies = { '1.2.3': Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`1.2.3.${index}`, [10]])) }
    const { store, directory } = await downloadRig({
      studies,
      target: {
        before: async ({ operation }) => {
          if (operation !== 'write') return
          now += 1
          most = Math.max(most, now)
          await new Promise((resolve) => setTimeout(resolve, 2))
          now -= 1
        },
      },
    })
    const download = createDownload({ store, directory })
    await download.download(['1.2.3'], { concurrency: 3 }).start()
    expect(most).toBeLessThanOrEqual(3)
    expect(most).toBeGreaterThan(1)
    expect(() => download.download(['1.2.3'], { concurrency: 51 })).toThrowError(/1 to 50/u)
  })

  test('works on stores without parcels, whose entries tell what they are', async () => {
    const image = { studyInstanceUID: '1.2', seriesInstanceUID: '1.2.3', sopInstanceUID: '1.2.3.4', sopClassUID: '1' }
    const driver = new ScriptedDriver(memory(), {
      entry: (entry, { operation }) => (operation === 'list' && entry.path === 'a/b' ? { ...entry, image } : entry),
    })
    const store = new Store(driver)
    await store.write({ path: 'a/b', size: 3 }, bytesOf(new Uint8Array([1, 2, 3])))
    await store.write({ path: 'no-image', size: 1 }, bytesOf(new Uint8Array(1)))
    const directory = new Store(memory())
    const result = await createDownload({ store, directory }).download(['1.2']).start()
    expect(result).toMatchObject({ complete: true, files: ['1.2/1.2.3/instances/1.2.3.4.dcm'] })
  })
})

describe('a job that is stopped (fault 6)', () => {
  /** Hangs when the second series is fetched. */
  const slow = async () => {
    const reached = Promise.withResolvers<undefined>()
    const rig = await downloadRig({
      source: {
        before: async (call) => {
          if (call.operation !== 'fetched' && call.operation !== 'fetch') return
          if (rig.source.count('fetch') < 2) return
          reached.resolve(undefined)
          await hang(call)
        },
      },
    })
    return { ...rig, reached: reached.promise }
  }

  test('by pause keeps what is whole, and goes on with the rest', async () => {
    const { store, directory, files, saved, source, target, reached } = await slow()
    const job = createDownload({ store, directory }).download(both, { concurrency: 1 })
    const heard = hear(job)
    const running = job.start()
    await reached
    expect(job.state).toBe('running')
    await job.pause()
    expect(job.state).toBe('paused')
    expect(await running).toMatchObject({ state: 'paused', complete: false, errors: [] })
    expect([heard.complete, heard.error]).toEqual([[], []])
    const before = await saved()
    expect(before.size).toBeGreaterThan(0)
    expect(before.size).toBeLessThan(files.size)
    source.script = {}
    target.calls.length = 0
    expect(await job.resume()).toMatchObject({ state: 'completed', complete: true })
    expect(target.count('write')).toBe(files.size - before.size)
    expect(await saved()).toEqual(files)
  })

  test('by its signal is a pause; another job goes on', async () => {
    const { store, directory, files, saved, source, reached } = await slow()
    const download = createDownload({ store, directory })
    const controller = new AbortController()
    const job = download.download(both, { concurrency: 1, signal: controller.signal })
    const running = job.start()
    await reached
    controller.abort()
    expect(await running).toMatchObject({ state: 'paused', complete: false, errors: [] })
    source.script = {}
    expect(await job.resume()).toMatchObject({ state: 'paused', complete: false, errors: [] })
    expect((await saved()).size).toBeLessThan(files.size)
    expect(await download.download(both, { signal: undefined }).start()).toMatchObject({ complete: true })
    expect(await saved()).toEqual(files)
  })

  test('by abort ends it; another job takes what is there', async () => {
    const { store, directory, files, saved, source, target, reached } = await slow()
    const download = createDownload({ store, directory })
    const job = download.download(both, { concurrency: 1 })
    const heard = hear(job)
    const running = job.start()
    await reached
    await job.abort()
    expect(await running).toMatchObject({ state: 'aborted', complete: false })
    expect(heard.complete).toMatchObject([{ complete: false }])
    await expect(job.resume()).rejects.toMatchObject({ code: 'invalid' })
    await expect(job.retry()).rejects.toMatchObject({ code: 'invalid' })
    const before = await saved()
    for (const [path, bytes] of before) expect(bytes).toEqual(files.get(path))
    source.script = {}
    target.calls.length = 0
    expect(await download.download(both).start()).toMatchObject({ complete: true })
    expect(target.count('write')).toBe(files.size - before.size)
    expect(await saved()).toEqual(files)
  })
})
