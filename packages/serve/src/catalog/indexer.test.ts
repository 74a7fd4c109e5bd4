import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { bytesOf, GantryError, Store } from '@gantry/core'
import { withCalls } from '@gantry/core/driver'
import { dicomweb, dicomwebClient } from '@gantry/dicomweb'
import { memory } from '@gantry/memory'
import { describe, expect, test } from 'vitest'

import { openIndexDatabase } from '../node/open-index-database.ts'
import { createDicomwebServer } from '../server.ts'
import { image } from '../testing/image.ts'
import { rig } from '../testing/rig.ts'

async function instances({ search }: Awaited<ReturnType<typeof rig>>): Promise<unknown[]> {
  return (await search('/instances')).map((one) => one['00080018']?.Value?.[0])
}

describe('the index', () => {
  test('has all that is listed beside a damaged record, and says with every answer of many that it lacks something', async () => {
    const driver = memory()
    const bytes = image()
    await new Store(driver).write({ path: 'a.dcm', size: bytes.length }, bytesOf(bytes))
    let damages = 1
    const damaged = withCalls(driver, {
      async *list(...given) {
        yield* driver.list(...given)
        const refused = new GantryError('integrity', 'It is damaged.')
        for (let number = 1; number <= damages; number += 1) yield { path: `./records/${number}`, refused }
        yield { path: './pipe', refused: new GantryError('invalid', 'It is no file.') }
      },
    })
    const told: unknown[] = []
    const onError = (error: unknown) => void told.push((error as GantryError).code)
    const server = createDicomwebServer({ store: new Store(damaged), index: openIndexDatabase(':memory:'), onError })
    expect(await server.refresh()).toMatchObject({ complete: true, refused: 1, counts: { instances: 1 } })
    await server.refresh()
    expect(told).toEqual(['integrity'])

    const ask = async (path: string) => await server.fetch(new Request(`http://localhost${path}`))
    for (const path of ['/instances', '/studies/1.2.1', '/studies/1.2.1/series/1.2.1.1', '/studies/1.2.1/metadata']) {
      const answer = await ask(path)
      expect([path, answer.status, answer.headers.get('warning')]).toEqual([
        path,
        200,
        '299 gantry "Not all of the store could be read: there may be more than what was found"',
      ])
      expect([answer.headers.get('etag'), answer.headers.get('cache-control')]).toEqual([null, 'no-store'])
      await answer.body?.cancel()
    }
    // Nobody is told to wait for what does not come.
    expect((await ask('/studies/1.9')).headers.has('retry-after')).toBe(false)

    damages = 0
    expect(await server.refresh()).toMatchObject({ complete: true, refused: 0 })
    expect((await ask('/instances')).headers.has('warning')).toBe(false)
    await server.close()
  })

  test('lacks a file that cannot be read, until it can', async () => {
    const driver = memory()
    const bytes = image()
    await new Store(driver).write({ path: 'a.dcm', size: bytes.length }, bytesOf(bytes))
    let closed = true
    const guarded = withCalls(driver, {
      async read(...given) {
        if (closed) throw new GantryError('permission_denied', 'It may not be read.')
        return await driver.read(...given)
      },
    })
    const server = createDicomwebServer({ store: new Store(guarded), index: openIndexDatabase(':memory:') })
    const warning = async () => (await server.fetch(new Request('http://localhost/instances'))).headers.get('warning')
    expect(await server.refresh()).toMatchObject({ complete: true, refused: 0, counts: { failed: 1 } })
    expect(await warning()).toContain('Not all of the store could be read')
    closed = false
    expect(await server.refresh()).toMatchObject({ counts: { failed: 0, instances: 1 } })
    expect(await warning()).toBeNull()
    await server.close()
  })

  test('follows the store: what is new, changed and gone, and reads nothing else', async () => {
    const served = await rig({
      files: { 'a.dcm': image(), 'b.dcm': image({ instance: '1.2.1.1.2' }), 'notes.txt': Buffer.from('no image') },
    })
    const { server, put, folder, search } = served
    expect(server.status).toMatchObject({ complete: true, listed: 3, read: 3 })
    expect(server.status.counts).toMatchObject({ studies: 1, instances: 2, others: 1, failed: 0, copies: 0 })
    expect(await server.refresh()).toMatchObject({ listed: 3, read: 0 })
    await put('c.dcm', image({ study: '1.3', series: '1.3.1', instance: '1.3.1.1' }))
    await put('a.dcm', image({ patientName: 'Renamed', size: 9 }))
    await rm(join(folder, 'b.dcm'))
    expect(await server.refresh()).toMatchObject({ listed: 3, read: 2 })
    expect(new Set(await instances(served))).toEqual(new Set(['1.2.1.1.1', '1.3.1.1']))
    const [study] = await search('/studies?StudyInstanceUID=1.2.1')
    expect(study).toMatchObject({ '00100010': { Value: [{ Alphabetic: 'Renamed' }] }, '00201208': { Value: [1] } })
    await rm(join(folder, 'a.dcm'))
    await rm(join(folder, 'c.dcm'))
    await server.refresh()
    expect(await search('/studies')).toEqual([])
    expect(await search('/series')).toEqual([])
  })

  test('of several files of one image, the first path counts, whatever comes when', async () => {
    const served = await rig({ files: { 'm.dcm': image() } })
    const { server, put, folder, get } = served
    const at = '/studies/1.2.1/series/1.2.1.1/instances/1.2.1.1.1'
    const bytes = async () =>
      Buffer.from(await (await get(at, { headers: { accept: 'application/dicom' } })).arrayBuffer())
    const first = image({ patientName: 'First' })
    await put('z.dcm', image({ patientName: 'Last' }))
    await server.refresh()
    expect((await bytes()).equals(image())).toBe(true)
    await put('a.dcm', first)
    await server.refresh()
    expect((await bytes()).equals(first)).toBe(true)
    expect(server.status.counts).toMatchObject({ instances: 1, copies: 2 })
    expect(await instances(served)).toHaveLength(1)
    await rm(join(folder, 'a.dcm'))
    await server.refresh()
    expect((await bytes()).equals(image())).toBe(true)
    expect(server.status.counts).toMatchObject({ studies: 1, instances: 1, copies: 1 })
  })

  test('counts are right whatever happens', async () => {
    const { server, put, folder, search } = await rig()
    const names = ['1', '2', '3', '4', '5', '6']
    let seed = 7
    const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below
    const files = new Map<string, string>()
    for (let round = 0; round < 12; round += 1) {
      for (const name of names) {
        const choice = random(4)
        if (choice === 0) {
          await rm(join(folder, `${name}.dcm`), { force: true })
          files.delete(name)
        } else if (choice === 1) {
          const instance = `1.2.1.${1 + random(2)}.${1 + random(3)}`
          await put(`${name}.dcm`, image({ series: instance.slice(0, 7), instance, size: 8 + round }))
          files.set(name, instance)
        }
      }
      await server.refresh()
      const distinct = new Set(files.values())
      const series = new Set([...distinct].map((instance) => instance.slice(0, 7)))
      const [study] = await search('/studies')
      expect(study?.['00201208']?.Value?.[0] ?? 0).toBe(distinct.size)
      expect(study?.['00201206']?.Value?.[0] ?? 0).toBe(series.size)
      expect(await search('/instances')).toHaveLength(distinct.size)
      expect(server.status.counts.copies).toBe(files.size - distinct.size)
    }
  })

  test('is for its owner alone, and one that is damaged or of another version is made anew', async () => {
    const { server, store, folder } = await rig({ files: { 'a.dcm': image() } })
    const file = join(folder, '..', 'other', 'index.sqlite')
    const open = () => createDicomwebServer({ store, index: openIndexDatabase(file) })
    const first = open()
    await first.refresh()
    expect(((await stat(file)).mode & 0o777).toString(8)).toBe('600')
    expect(((await stat(join(folder, '..', 'other'))).mode & 0o777).toString(8)).toBe('700')
    await first.close()
    const kept = open()
    expect(await kept.refresh()).toMatchObject({ read: 0, counts: { instances: 1 } })
    await kept.close()
    const whole = await readFile(file)
    await writeFile(file, whole.fill('damage', 100))
    const again = open()
    expect(await again.refresh()).toMatchObject({ read: 1, counts: { instances: 1 } })
    await again.close()
    expect(server.status.counts.instances).toBe(1)
  })

  test.each(['text', 'database of another program'])('a %s is no index, and left alone', async (kind) => {
    const { folder } = await rig()
    const file = join(folder, '..', 'precious')
    if (kind === 'text') await writeFile(file, 'what somebody wrote '.repeat(20))
    else {
      const other = new DatabaseSync(file)
      other.exec('CREATE TABLE precious (id INTEGER); PRAGMA user_version = 7')
      other.close()
    }
    const before = await readFile(file)
    expect(() => openIndexDatabase(file)).toThrow('left alone')
    expect((await readFile(file)).equals(before)).toBe(true)
  })

  test('answers from the first files on, and says that there may be more', async () => {
    let goOn = (): void => {}
    const gate = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const driver = memory()
    const kept = new Store(driver)
    for (let number = 0; number < 300; number += 1) {
      const name = String(number).padStart(4, '0')
      const bytes = image({ instance: `1.2.1.1.${number + 1}`, number })
      await kept.write({ path: `${name}.dcm`, size: bytes.length }, bytesOf(bytes))
    }
    const slow = withCalls(driver, {
      async *list(...given) {
        let count = 0
        for await (const entry of driver.list(...given)) {
          count += 1
          if (count === 290) await gate
          yield entry
        }
      },
    })
    let seen = (): void => {}
    const some = new Promise<void>((resolve) => {
      seen = resolve
    })
    const store = new Store(slow)
    const server = createDicomwebServer({ store, index: openIndexDatabase(':memory:'), onIndex: () => seen() })
    const done = server.refresh()
    await some
    const ask = async (path: string) => await server.fetch(new Request(`http://localhost${path}`))
    const early = await ask('/instances')
    expect(((await early.json()) as unknown[]).length).toBe(256)
    expect(early.headers.get('warning')).toContain('The index is still being made')
    expect((await ask('/studies/1.9')).headers.get('retry-after')).toBe('5')
    const part = await ask('/studies/1.2.1/series/1.2.1.1')
    expect([part.status, part.headers.get('etag')]).toEqual([200, null])
    expect(part.headers.get('warning')).toContain('The index is still being made')
    await part.body?.cancel()
    const fetch = async (url: string, init: RequestInit) => await server.fetch(new Request(url, init))
    const retrieving = dicomwebClient({ root: 'http://localhost', fetch })
    const retrieved = async (parts: AsyncIterable<{ readonly body: AsyncIterable<Uint8Array> }>) => {
      let count = 0
      try {
        for await (const { body } of parts) for await (const chunk of body) count += chunk.length > 0 ? 0 : 1
      } catch (error) {
        return (error as GantryError).code
      }
      return count
    }
    const series = { study: '1.2.1', series: '1.2.1.1' }
    expect(await retrieved(retrieving.retrieveSeries(series))).toBe('unavailable')
    expect(await retrieved(retrieving.retrieveStudy(series))).toBe('unavailable')
    const client = new Store(dicomweb({ root: 'http://localhost', fetch }))
    const listed = async () => {
      let count = 0
      for await (const { path } of client.list()) count += path === '' ? 0 : 1
      return count
    }
    await expect(listed()).rejects.toMatchObject({ code: 'unavailable', retryable: true })
    goOn()
    await done
    expect(await listed()).toBe(300)
    expect(await retrieved(retrieving.retrieveSeries(series))).toBe(0)
    expect((await ask('/studies/1.2.1')).headers.has('etag')).toBe(true)
    retrieving.close()
    const late = await ask('/instances')
    expect(((await late.json()) as unknown[]).length).toBe(300)
    expect(late.headers.has('warning')).toBe(false)
    await client.close()
    await server.close()
  })

  test('a listing that breaks off takes nothing away', async () => {
    const driver = memory()
    let fails = false
    const broken = withCalls(driver, {
      async *list(...given) {
        if (fails) throw new Error('network')
        yield* driver.list(...given)
      },
    })
    const store = new Store(broken)
    const bytes = image()
    await store.write({ path: 'a.dcm', size: bytes.length }, bytesOf(bytes))
    const server = createDicomwebServer({ store, index: openIndexDatabase(':memory:') })
    await server.refresh()
    fails = true
    await expect(server.refresh()).rejects.toMatchObject({ name: 'GantryError' })
    const found = await server.fetch(new Request('http://localhost/instances'))
    expect(await found.json()).toHaveLength(1)
    await server.close()
  })
})
