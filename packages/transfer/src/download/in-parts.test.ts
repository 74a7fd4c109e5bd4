import { type Bytes, bytesOf, GantryError, Store } from '@gantry/core'
import { fs } from '@gantry/fs'
import { memory } from '@gantry/memory'
import { describe, expect, test } from 'vitest'

import { downloadRig, hear, sourcePathOf } from '../testing/download-rig.ts'
import { hang, type Script, type ScriptedCall, ScriptedDriver } from '../testing/scripted-driver.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { createDownload } from './index.ts'

const size = 200_000
const partSize = 10_000
const studies = { '1.2.3': { '1.2.3.1': [size, 500] } }
const file = '1.2.3/1.2.3.1/instances/1.2.3.1.0.dcm'
const large = sourcePathOf(file)

/** As many bytes, and then what is to come then. */
async function* cutAfter(count: number, body: Bytes, then: () => unknown): AsyncGenerator<Uint8Array, void, undefined> {
  let left = count
  for await (const chunk of body) {
    const piece = chunk.subarray(0, left)
    left -= piece.length
    yield piece
    if (left === 0) await then()
  }
}

const ofLarge = ({ operation, path }: ScriptedCall) => operation === 'read' && path === large

/** The first read of the large instance breaks, or hangs, after 95,000 bytes. */
function cutOnce(then: (call: ScriptedCall) => unknown): Script {
  return { body: (call, body) => (ofLarge(call) && call.nth === 1 ? cutAfter(95_000, body, () => then(call)) : body) }
}

const broken = () => {
  throw new GantryError('unavailable', 'The connection was cut.')
}

const starts = (source: ScriptedDriver) => source.calls.filter(ofLarge).map(({ range }) => range?.start ?? 0)

async function unfinished(directory: Store): Promise<string[]> {
  const paths: string[] = []
  for await (const { path } of directory.uploads?.unfinished() ?? []) paths.push(path)
  return paths
}

/** A rig whose first read of the large instance hangs; `reached` resolves when it does. */
async function hangingRig(script: Script = {}) {
  const reached = Promise.withResolvers<undefined>()
  const rig = await downloadRig({
    studies,
    source: {
      ...script,
      ...cutOnce(async (call) => {
        reached.resolve(undefined)
        await hang(call)
      }),
    },
  })
  return { ...rig, reached: reached.promise }
}

describe('a large instance', () => {
  test('that is cut goes on where it was cut', async () => {
    const { store, directory, files, saved, source } = await downloadRig({ studies, source: cutOnce(broken) })
    const job = createDownload({ store, directory, partSize }).download(['1.2.3'])
    const heard = hear(job)
    expect(await job.start()).toMatchObject({ complete: true, errors: [] })
    expect(starts(source)).toEqual([0, 90_000])
    expect(await saved()).toEqual(files)
    expect(heard.save.map((event) => event.file).toSorted()).toEqual([...files.keys()].toSorted())
    const came = heard.progress.reduce((sum, { bytesDownloaded }) => sum + bytesDownloaded, 0)
    expect(came).toBe(500 + 95_000 + size - 90_000)
    expect(heard.progress.at(-1)?.bytesSaved).toBe(500 + size)
    expect(await unfinished(directory)).toEqual([])
  })

  test('that is cut again and again is there in the end, as long as something comes', async () => {
    let cuts = 0
    const source: Script = {
      body: (call, body) => (ofLarge(call) && (cuts += 1) < 15 ? cutAfter(12_000, body, broken) : body),
    }
    const { store, directory, files, saved } = await downloadRig({ studies, source })
    const result = await createDownload({ store, directory, partSize }).download(['1.2.3']).start()
    expect(result).toMatchObject({ complete: true })
    expect(cuts).toBe(15)
    expect(await saved()).toEqual(files)
  }, 60_000)

  test('goes on after pause, in the same job', async () => {
    const { store, directory, files, saved, source, reached } = await hangingRig()
    const job = createDownload({ store, directory, partSize }).download(['1.2.3'])
    const running = job.start()
    await reached
    await job.pause()
    expect(await running).toMatchObject({ state: 'paused' })
    expect(await unfinished(directory)).toEqual([file])
    expect(await job.resume()).toMatchObject({ state: 'completed', complete: true })
    expect(starts(source)).toEqual([0, 90_000])
    expect(await saved()).toEqual(files)
  })

  test('leaves nothing of it when the job is aborted, also when it was paused', async () => {
    for (const pausedBefore of [false, true]) {
      const { store, directory, saved, reached } = await hangingRig()
      const job = createDownload({ store, directory, partSize }).download(['1.2.3'])
      void job.start()
      await reached
      if (pausedBefore) await job.pause()
      expect((await unfinished(directory)).length).toBe(1)
      await job.abort()
      expect(await unfinished(directory)).toEqual([])
      expect([...(await saved()).keys()]).not.toContain(file)
    }
  })

  test.for(['memory', 'a folder'])('goes on after the tab was closed, in %s', async (kind) => {
    const { store, files, source, reached, ...rig } = await hangingRig()
    const root = temporaryFolder()
    const open = () => (kind === 'memory' ? rig.directory : new Store(fs({ root })))
    // Never told that it is over, as a page that is closed.
    void createDownload({ store, directory: open(), partSize }).download(['1.2.3']).start()
    await reached
    const directory = open()
    const next = createDownload({ store, directory, partSize })
    expect(await next.getStats(['1.2.3'])).toMatchObject({ totalSavedSeriesCount: 0, totalSavedSizeBytes: 500 })
    const job = next.download(['1.2.3'])
    const heard = hear(job)
    expect(await job.start()).toMatchObject({ complete: true })
    expect(starts(source)).toEqual([0, 90_000])
    expect(heard.progress[0]).toMatchObject({ bytesSaved: 500 + 90_000, bytesTotal: size + 500 })
    const { body } = await directory.read(file)
    const chunks: Uint8Array[] = []
    for await (const chunk of body) chunks.push(Uint8Array.from(chunk))
    expect(Buffer.concat(chunks).equals(files.get(file) ?? new Uint8Array(0))).toBe(true)
    expect(await unfinished(directory)).toEqual([])
  })

  test('that was replaced while the tab was closed is not mixed of two', async () => {
    const { store, directory, saved, source, reached } = await hangingRig()
    void createDownload({ store, directory, partSize }).download(['1.2.3']).start()
    await reached
    const other = Uint8Array.from({ length: size }, (_, at) => (at * 3) & 0xff)
    await store.write({ path: large, size }, bytesOf(other))
    const result = await createDownload({ store, directory, partSize }).download(['1.2.3']).start()
    expect(result).toMatchObject({ complete: true })
    expect(starts(source)).toEqual([0, 90_000, 0])
    expect((await saved()).get(file)).toEqual(other)
    expect(await unfinished(directory)).toEqual([])
  })

  test('is begun anew where what was put cannot be read back', async () => {
    const { store, directory, files, saved, source, target, reached } = await hangingRig()
    void createDownload({ store, directory, partSize }).download(['1.2.3']).start()
    await reached
    target.script = {
      before: ({ operation }) => {
        if (operation === 'readBack') throw new GantryError('integrity', 'The disk is damaged.')
      },
    }
    const result = await createDownload({ store, directory, partSize }).download(['1.2.3']).start()
    expect(result).toMatchObject({ complete: true })
    expect(starts(source)).toEqual([0, 0])
    expect(await saved()).toEqual(files)
    expect(await unfinished(directory)).toEqual([])
  })

  test('with bytes that are not those which the store tells of is not kept, nor tried for ever', async () => {
    const spoiled: Script = {
      body: (call, body) => {
        if (!ofLarge(call)) return body
        return (async function* () {
          for await (const chunk of body) {
            const bytes = Uint8Array.from(chunk)
            bytes[0] = (bytes[0] ?? 0) ^ 1
            yield bytes
          }
        })()
      },
    }
    const { store, directory, source } = await downloadRig({ studies, source: spoiled })
    const result = await createDownload({ store, directory, partSize }).download(['1.2.3']).start()
    expect(result).toMatchObject({ complete: false, errors: [{ file, error: { code: 'integrity' } }] })
    expect(starts(source)).toEqual([0, 0])
    expect(await directory.find(file)).toBeUndefined()
    expect(await unfinished(directory)).toEqual([])
  })
})

describe('a large instance of which no digest is known', () => {
  const plain = async () => {
    const driver = new ScriptedDriver(memory())
    const store = new Store(driver)
    const bytes = Uint8Array.from({ length: size }, (_, at) => (at * 7) & 0xff)
    await store.write({ path: large, size }, bytesOf(bytes))
    return { driver, store, directory: new Store(memory()), bytes }
  }

  test('is gone on with by the job that put it, which knows the version', async () => {
    const { driver, store, directory } = await plain()
    driver.script = cutOnce(broken)
    const result = await createDownload({ store, directory, partSize }).download(['1.2.3']).start()
    expect(result).toMatchObject({ complete: true })
    expect(starts(driver)).toEqual([0, 90_000])
  })

  test('and by no other', async () => {
    const { driver, store, directory } = await plain()
    const reached = Promise.withResolvers<undefined>()
    driver.script = cutOnce(async (call) => {
      reached.resolve(undefined)
      await hang(call)
    })
    void createDownload({ store, directory, partSize }).download(['1.2.3']).start()
    await reached.promise
    const result = await createDownload({ store, directory, partSize }).download(['1.2.3']).start()
    expect(result).toMatchObject({ complete: true })
    expect(starts(driver)).toEqual([0, 0])
    expect(await unfinished(directory)).toEqual([])
  })
})

test('an instance of few parts comes whole', async () => {
  const { store, directory, source, target } = await downloadRig({ studies, source: cutOnce(broken) })
  await createDownload({ store, directory, partSize: size / 4 })
    .download(['1.2.3'])
    .start()
  expect(target.count('begin')).toBe(0)
  expect(starts(source)).toEqual([])
})
