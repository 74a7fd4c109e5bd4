import { gunzipSync, gzipSync } from 'node:zlib'

import { Store, type StoreDriver } from '@gantry/core'
import { describe, expect, test } from 'vitest'

import { cod } from '../index.ts'
import { pathsOf } from '../series/series-name.ts'
import { put } from '../testing/fixtures.ts'
import { type ImageFile, Killed, storeAll } from '../testing/store-all.ts'
import { contentOf, expectStored, nameOf, open, pathsIn, series } from '../testing/stored.ts'

describe('locks', () => {
  test("another's is respected, and told when it is old", async () => {
    const { given, driver } = open()
    const files = await series()
    const { lock } = pathsOf(nameOf(files))
    await put(given.store, lock, gzipSync('{"cod":{"instances":{}}}'))
    await expect(storeAll(driver, files)).rejects.toMatchObject({ code: 'unavailable', retryable: true })
    const later = cod(given.store, { now: () => Date.now() + 2 * 60 * 60 * 1000 })
    await expect(storeAll(later, files)).rejects.toMatchObject({
      code: 'unavailable',
      retryable: false,
      message: expect.stringMatching(/120 minutes/u),
    })
    const soon = cod(given.store, { now: () => Date.now() + 60_000 })
    const forAMinute = expect.stringMatching(/for 1 minute\./u) as string
    await expect(storeAll(soon, files)).rejects.toMatchObject({ message: forAMinute })
    expect(await given.store.find(lock)).toBeDefined()
    expect(await given.store.find(pathsOf(nameOf(files)).tar)).toBeUndefined()
  })

  test('one that was broken keeps the writer from publishing', async () => {
    const { given, driver } = open()
    const files = await series()
    const { lock, tar } = pathsOf(nameOf(files))
    const before = async () => {
      await given.store.remove(lock)
      await put(given.store, lock, gzipSync('{"cod":{"instances":{}},"gantry_lock":"another"}'))
    }
    let stolen: Promise<void> | undefined
    const failing = storeAll(driver, files, { before: (index) => void (index === 4 && (stolen = before())) })
    await expect(failing).rejects.toMatchObject({ code: 'unavailable' })
    await stolen
    expect(await given.store.find(tar)).toBeUndefined()
    // It is another's: it stays.
    expect(await given.store.find(lock)).toBeDefined()
  })

  test('two racing writers: both come to an end, and nothing is lost', async () => {
    const { given, driver } = open()
    const files = await series({ slices: 10 })
    const other = cod(new Store(given.driver))
    const persistently = async (store: StoreDriver, some: readonly ImageFile[]) => {
      for (let attempt = 0; attempt < 200; attempt += 1) {
        try {
          return await storeAll(store, some)
        } catch (error) {
          if ((error as { code?: string }).code !== 'unavailable') throw error
          await new Promise((resolve) => setTimeout(resolve, 5))
        }
      }
      throw new Error('The lock was never free.')
    }
    await Promise.all([persistently(driver, files.slice(0, 6)), persistently(other, files.slice(4))])
    await expectStored(driver, files)
    expect(await given.store.find(pathsOf(nameOf(files)).lock)).toBeUndefined()
  })

  test('an error.log keeps writers away', async () => {
    const { given, driver } = open()
    const files = await series()
    await put(given.store, pathsOf(nameOf(files)).errorLog, Buffer.from('it failed'))
    await expect(storeAll(driver, files)).rejects.toMatchObject({ code: 'integrity' })
  })
})

describe('a writer that was killed', () => {
  const tarPartSize = 1024 * 1024

  async function killed(existing: number, at: number) {
    const { given, driver } = open({ tarPartSize })
    const files = await series({ size: 256, slices: 40 })
    if (existing > 0) await storeAll(driver, files.slice(0, existing))
    const rest = files.slice(existing)
    let saved: string | undefined
    const save = async (state: string) => {
      saved = state
    }
    const before = (index: number) => {
      if (index === at) throw new Killed()
    }
    await expect(storeAll(driver, rest, { save, before })).rejects.toBeInstanceOf(Killed)
    return { given, files, rest, saved: saved ?? '' }
  }

  test.for([
    [0, 30],
    [5, 25],
    [0, 0],
  ] as const)('goes on in the middle of a series (%d were there, %d were added)', async ([existing, at]) => {
    const { given, files, rest, saved } = await killed(existing, at)
    const again = cod(given.store, { tarPartSize })
    const added: number[] = []
    const outcomes = await storeAll(again, rest, { saved, before: (index) => added.push(index) })
    expect(outcomes).toHaveLength(rest.length)
    expect(added.length).toBeLessThanOrEqual(rest.length - Math.max(0, at - 10))
    await expectStored(again, files)
    expect(await given.store.find(pathsOf(nameOf(files)).lock)).toBeUndefined()
  })

  test('publishes nothing that would make the metadata too long to be read, also not what was added before', async () => {
    const { given, files, saved } = await killed(0, 30)
    const whole = open()
    await storeAll(whole.driver, files)
    const metadata = gunzipSync(await contentOf(whole.given.store, pathsOf(nameOf(files)).metadata))
    const options = { uri: 'gs://bucket/v1.0/dicomweb', tarPartSize, maxMetadataBytes: metadata.length - 1 }
    await expect(storeAll(cod(given.store, options), files, { saved })).rejects.toMatchObject({ code: 'invalid' })
    expect(await pathsIn(given.store)).toEqual([])
  })

  test('does not go on with a tar that changed meanwhile', async () => {
    const { given, files, rest, saved } = await killed(5, 25)
    const { lock } = pathsOf(nameOf(files))
    await given.store.remove(lock)
    const extra = await series({ size: 256, slices: 41 })
    await storeAll(cod(given.store), extra.slice(40))
    await storeAll(cod(given.store), rest, { saved })
    await expectStored(cod(given.store), [...files, ...extra.slice(40)])
  })

  test('goes on between the tar and the metadata', async () => {
    const { given, driver } = open({ tarPartSize })
    const files = await series()
    const { index } = pathsOf(nameOf(files))
    const write = given.driver.write?.bind(given.driver)
    let saved: string | undefined
    given.driver.write = async (entry, body, call) => {
      if (entry.path === index) throw new Killed()
      return await (write as NonNullable<typeof write>)(entry, body, call)
    }
    const save = async (state: string) => {
      saved = state
    }
    await expect(storeAll(driver, files, { save })).rejects.toMatchObject({ code: 'internal' })
    given.driver.write = write as NonNullable<typeof write>
    const { version } = await given.store.stat(pathsOf(nameOf(files)).tar)
    await storeAll(cod(given.store), files, { saved: saved ?? '' })
    expect((await given.store.stat(pathsOf(nameOf(files)).tar)).version).toBe(version)
    await expectStored(driver, files)
  })

  test.each([0, 3])(
    'goes on when the tar is there and that was not written down any more (%d were there)',
    async (existing) => {
      const { given, driver } = open({ tarPartSize })
      const files = await series()
      if (existing > 0) await storeAll(driver, files.slice(0, existing))
      let saved: string | undefined
      const save = async (state: string) => {
        if ('published' in (JSON.parse(state) as object)) throw new Killed()
        saved = state
      }
      await expect(storeAll(driver, files.slice(existing), { save })).rejects.toBeInstanceOf(Killed)
      const { version } = await given.store.stat(pathsOf(nameOf(files)).tar)
      await storeAll(cod(given.store), files.slice(existing), { saved: saved ?? '' })
      expect((await given.store.stat(pathsOf(nameOf(files)).tar)).version).toBe(version)
      await expectStored(driver, files)
      expect(await given.store.find(pathsOf(nameOf(files)).lock)).toBeUndefined()
    },
  )

  test('is known by its job, where nothing was saved; another job is not let in', async () => {
    const { given, driver } = open({ tarPartSize })
    const files = await series()
    const before = (index: number) => {
      if (index === 1) throw new Killed()
    }
    await expect(storeAll(driver, files, { job: 'part-1', before })).rejects.toBeInstanceOf(Killed)
    await expect(storeAll(cod(given.store), files, { job: 'part-2' })).rejects.toMatchObject({ code: 'unavailable' })
    await storeAll(cod(given.store), files, { job: 'part-1' })
    await expectStored(driver, files)
    expect(await given.store.find(pathsOf(nameOf(files)).lock)).toBeUndefined()
  })

  test.each(['publishing', 'published'])(
    'leaves no tar that nobody knows of when it is given up while %s',
    async (at) => {
      const { given, driver } = open({ tarPartSize })
      const files = await series()
      const { index } = pathsOf(nameOf(files))
      const write = given.driver.write?.bind(given.driver)
      given.driver.write = async (entry, body, call) => {
        if (entry.path === index) throw new Killed()
        return await (write as NonNullable<typeof write>)(entry, body, call)
      }
      let saved = ''
      const save = async (state: string) => {
        if (at === 'publishing' && 'published' in (JSON.parse(state) as object)) return
        saved = state
      }
      await expect(storeAll(driver, files, { save })).rejects.toMatchObject({ code: 'internal' })
      given.driver.write = write as NonNullable<typeof write>
      expect(await given.store.find(pathsOf(nameOf(files)).tar)).toBeDefined()
      // As the lock stands when nobody could take it away.
      const { owner } = JSON.parse(saved) as { owner: string }
      await put(
        given.store,
        pathsOf(nameOf(files)).lock,
        gzipSync(JSON.stringify({ cod: { instances: {} }, gantry_lock: owner })),
      )
      await driver.parcels?.discard?.(saved, { signal: new AbortController().signal })
      expect(await pathsIn(given.store)).toEqual([])
      await storeAll(driver, files)
      await expectStored(driver, files)
    },
  )

  test('leaves nothing when it is given up', async () => {
    const { given, saved } = await killed(0, 30)
    await cod(given.store).parcels?.discard?.(saved, { signal: new AbortController().signal })
    expect(await pathsIn(given.store)).toEqual([])
    for await (const upload of given.store.uploads?.unfinished() ?? []) expect(upload).toBeUndefined()
  })
})
