import { describe, expect, test } from 'vitest'

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { type Entry, type SizedEntry, Store } from '@gantry/core'
import { fs } from '@gantry/fs'

import { all } from './testing/all.ts'
import { contentsOf, namesOf } from './testing/contents.ts'
import { randomBytesFrom } from './testing/random.ts'
import { failing, type Rig, rig, side } from './testing/rig.ts'
import { hang, ScriptedDriver } from './testing/scripted-driver.ts'
import { filesIn, temporaryFolder } from './testing/temporary-folder.ts'

const mebibyte = 1024 * 1024
/** Three parts of 16 MiB and a rest. */
const movie = new Map([['movie.dcm', randomBytesFrom(5, 52 * mebibyte + 3)]])
const other = new Map([['movie.dcm', randomBytesFrom(6, 52 * mebibyte + 3)]])
const parts = 4

/** Runs until two parts were put and pauses, as a process does that is about to end. */
async function interrupt({ open, to, journal }: Rig): Promise<void> {
  const job = await open()
  let put = 0
  to.driver.script = {
    async before(call) {
      if (call.operation === 'putPart' && (call.part ?? 0) > 2) await hang(call)
    },
    after({ operation }) {
      if (operation !== 'putPart') return
      put += 1
      // When the second is recorded too.
      if (put === 2) setTimeout(() => void job.pause(), 20)
    },
  }
  expect(await job.run()).toMatchObject({ phase: 'paused' })
  to.driver.script = {}
  to.driver.calls.length = 0
  expect(await all(journal.uploads())).toHaveLength(1)
}

function putParts({ to }: Rig): number[] {
  const put = to.driver.calls.filter(({ operation }) => operation === 'putPart')
  return put.map(({ part }) => part ?? 0).sort((a, b) => a - b)
}

const withoutVersion = { entry: ({ version: _version, ...entry }: Entry) => entry, abilities: { versions: false } }

describe('an interrupted upload in parts', () => {
  test('goes on with the parts that it lacks', async () => {
    const made = await rig({ entries: movie })
    await interrupt(made)
    const { phase, unverified, progress } = await (await made.open()).run()

    expect({ phase, unverified, done: progress.done.entries }).toEqual({ phase: 'completed', unverified: 0, done: 1 })
    expect(putParts(made)).toEqual([3, 4])
    expect(made.to.driver.count('begin')).toBe(0)
    expect(await made.arrived()).toEqual(namesOf(movie))
  })

  test('reads what it lacks only, where the destination can read back and the source vouches for the whole', async () => {
    const made = await rig({ entries: movie })
    await interrupt(made)
    made.from.driver.calls.length = 0
    await (await made.open()).run()

    const reads = made.from.driver.calls.filter(({ operation }) => operation === 'read')
    expect(reads.map(({ range }) => range)).toEqual([{ start: 32 * mebibyte }])
    expect(await made.arrived()).toEqual(namesOf(movie))
  })

  test('reads all of a source that says no digests, and compares', async () => {
    const made = await rig({ entries: movie, from: side({}, []) })
    await interrupt(made)
    made.from.driver.calls.length = 0
    await (await made.open()).run()

    const reads = made.from.driver.calls.filter(({ operation }) => operation === 'read')
    expect(reads.map(({ range }) => range)).toEqual([undefined])
    expect(putParts(made)).toEqual([3, 4])
    expect(await made.arrived()).toEqual(namesOf(movie))
  })

  test('refuses a source that has another version now', async () => {
    const made = await rig({ entries: movie })
    await interrupt(made)
    await rewrite(made)
    const { progress } = await (await made.open()).run()

    expect(progress.failed.entries).toBe(1)
    expect(await all(made.journal.failures())).toMatchObject([{ code: 'precondition_failed' }])
    expect(await made.arrived()).toEqual([])
  })

  test('refuses other bytes of the same length from a source without versions', async () => {
    const made = await rig({ entries: movie, from: side(withoutVersion, []) })
    await interrupt(made)
    await rewrite(made)
    const { progress } = await (await made.open()).run()

    expect(progress.failed.entries).toBe(1)
    expect(await all(made.journal.failures())).toMatchObject([{ code: 'precondition_failed' }])
    expect(await made.arrived()).toEqual([])
    expect(made.to.contents.pending.size).toBe(0)
  })

  test('never mixes bytes of a source that keeps its version while it changes', async () => {
    const made = await rig({ entries: movie, from: side({}, []) })
    await interrupt(made)
    await rewrite(made, {})
    await (await made.open()).run()

    // One of the two readings must have been wrong: all is read and sent again.
    expect(await made.arrived()).toEqual(namesOf(other))
  })

  test('begins anew when the destination has lost it', async () => {
    const made = await rig({ entries: movie })
    await interrupt(made)
    made.to.contents.pending.clear()
    await (await made.open()).run()

    expect(putParts(made)).toEqual([1, 2, 3, 4])
    expect(await made.arrived()).toEqual(namesOf(movie))
  })

  test('begins anew when parts have to be cut otherwise', async () => {
    const made = await rig({ entries: movie })
    await interrupt(made)
    const resumable = { minPartSize: 20 * mebibyte, maxPartSize: 2 ** 30, maxParts: 100, parallel: true }
    const driver = new ScriptedDriver(made.to.driver, { abilities: { resumable } })
    await (await made.open({ to: new Store(driver) })).run()

    expect(driver.count('putPart')).toBe(3)
    expect(await made.arrived()).toEqual(namesOf(movie))
    expect(made.to.contents.pending.size).toBe(0)
  })

  test('is removed by cancelling and by cleaning', async () => {
    const made = await rig({ entries: movie })
    await interrupt(made)
    const job = await made.open()
    await job.cancel()

    expect(job.state.phase).toBe('cancelled')
    expect(made.to.contents.pending.size).toBe(0)

    const again = await rig({ entries: movie })
    await interrupt(again)
    await (await again.open()).clean()
    expect(again.to.contents.pending.size).toBe(0)
    expect(await all(again.journal.uploads())).toEqual([])
  })

  async function rewrite({ from }: Rig, changed: Partial<SizedEntry> = { version: 'another' }): Promise<void> {
    const { entry } = from.contents.entries.get('movie.dcm') ?? {}
    const bytes = other.get('movie.dcm') as Uint8Array
    from.contents.entries.set('movie.dcm', {
      entry: { ...(entry as SizedEntry), ...changed },
      chunks: [bytes],
    })
  }
})

describe('an upload in parts', () => {
  test('begins anew when it vanishes while parts are sent', async () => {
    const to = side()
    to.driver.script = {
      before({ operation, part, nth }) {
        if (operation === 'putPart' && part === 3 && nth === 1) to.contents.pending.clear()
      },
    }
    const made = await rig({ entries: movie, to })
    const { phase } = await (await made.open()).run()

    expect(phase).toBe('completed')
    expect(to.driver.count('begin')).toBe(2)
    expect(await made.arrived()).toEqual(namesOf(movie))
  })

  test('tries a part again where it stands, and reads the source once', async () => {
    const to = side({
      before: ({ operation, part, nth }) => {
        if (operation === 'putPart' && part === 2 && nth <= 2) failing('unavailable')
      },
    })
    const made = await rig({ entries: movie, to })
    const { progress } = await (await made.open()).run()

    expect(putParts(made)).toEqual([1, 2, 2, 2, 3, 4])
    expect(made.from.driver.count('read')).toBe(1)
    expect(progress).toMatchObject({ retries: 2, done: { entries: 1 } })
    expect(await made.arrived()).toEqual(namesOf(movie))
  })

  test('gives up a part that hangs and tries it again, whatever the others do', async () => {
    const to = side({
      async before(call) {
        if (call.operation === 'putPart' && call.part === 2 && call.nth === 1) await hang(call)
      },
    })
    const made = await rig({ entries: movie, to })
    const { phase } = await (await made.open({ stall: 300 })).run()

    expect(phase).toBe('completed')
    expect(putParts(made)).toEqual([1, 2, 2, 3, 4])
    expect(await made.arrived()).toEqual(namesOf(movie))
  })

  test('removes the one whose name it never learned', async () => {
    const to = side({
      after: ({ operation, nth }) => {
        if (operation === 'begin' && nth === 1) failing('unavailable')
      },
    })
    const made = await rig({ entries: movie, to })
    await (await made.open()).run()

    expect(to.driver.count('begin')).toBe(2)
    expect(to.contents.pending.size).toBe(0)
    expect(await made.arrived()).toEqual(namesOf(movie))
  })

  test('finds that it was completed, though it never heard', async () => {
    const to = side({
      after: ({ operation, nth }) => {
        if (operation === 'complete' && nth === 1) failing('unavailable')
      },
    })
    const made = await rig({ entries: movie, to })
    const { progress, unverified } = await (await made.open()).run()

    expect(putParts(made)).toHaveLength(parts)
    expect({ unverified, done: progress.done.entries }).toEqual({ unverified: 0, done: 1 })
  })

  test('sends all again when the source was read wrong', async () => {
    const from = side({
      body: async function* ({ nth }, body) {
        for await (const chunk of body) {
          const copy = new Uint8Array(chunk)
          if (nth === 1 && copy.length > 0) copy[0] = (copy[0] ?? 0) ^ 1
          yield copy
        }
      },
    })
    const made = await rig({ entries: movie, from })
    const { progress } = await (await made.open()).run()

    expect(progress).toMatchObject({ done: { entries: 1 }, failed: { entries: 0 } })
    expect(await made.arrived()).toEqual(namesOf(movie))
  })
})

describe.each([
  { how: 'side by side', resumable: { minPartSize: 1, maxPartSize: 2 ** 40, maxParts: 10_000, parallel: true } },
  { how: 'one by one', resumable: { minPartSize: 1, maxPartSize: 24 * mebibyte, maxParts: 10_000, parallel: false } },
])('into a folder, $how', ({ resumable }) => {
  const long = new Map([['movie.dcm', randomBytesFrom(8, 66 * mebibyte + 1)]])

  async function intoFolder() {
    const folder = temporaryFolder()
    const driver = new ScriptedDriver(fs({ root: folder, durability: 'cache' }), { abilities: { resumable } })
    const made = await rig({ entries: long, to: { ...side(), driver, store: new Store(driver) } })
    await interrupt(made)
    return { folder, made, store: new Store(driver) }
  }

  test('goes on with the parts that it lacks', async () => {
    const { folder, made, store } = await intoFolder()
    await (await made.open()).run()

    expect(putParts(made)[0]).toBe(3)
    expect(await contentsOf(store)).toEqual(namesOf(long))
    expect(filesIn(folder)).toEqual(['movie.dcm'])
  })

  test('a part that was damaged on the disk is noticed, and written again', async () => {
    const { folder, made, store } = await intoFolder()
    const [name = ''] = readdirSync(folder).filter((file) => file.endsWith('.part'))
    const bytes = readFileSync(join(folder, name))
    bytes[100] = (bytes[100] ?? 0) ^ 1
    writeFileSync(join(folder, name), bytes, { flag: 'r+' })
    const { progress } = await (await made.open()).run()

    expect(progress).toMatchObject({ done: { entries: 1 }, failed: { entries: 0 } })
    expect(await contentsOf(store)).toEqual(namesOf(long))
    expect(filesIn(folder)).toEqual(['movie.dcm'])
  })

  test('cancelling leaves nothing', async () => {
    const { folder, made } = await intoFolder()
    expect(filesIn(folder)).not.toEqual([])
    await (await made.open()).cancel()
    expect(filesIn(folder)).toEqual([])
  })
})
