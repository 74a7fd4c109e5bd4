import { type Entry, Store } from '@gantry/core'
import { memory } from '@gantry/memory'
import { describe, expect, test } from 'vitest'

import type { Transform } from './transform.ts'
import { all } from './testing/all.ts'
import { contentsOf, fill, namesOf } from './testing/contents.ts'
import { doubled } from './testing/doubled.ts'
import { failing, few, rig, side } from './testing/rig.ts'

const bytes = few(1)
const changed = new Map([['0.dcm', new Uint8Array(1000).fill(99)]])
const shorter = new Map([['0.dcm', new Uint8Array(999)]])

describe('what the destination has already', () => {
  const cases = [
    { has: 'the same digest', from: ['sha256'], to: ['sha256'], there: bytes, at: 1, outcome: 'skipped' },
    { has: 'another digest', from: ['sha256'], to: ['sha256'], there: changed, at: 1_700_000_000_000, outcome: 'done' },
    {
      has: 'the same size and time, and no digest',
      from: [],
      to: [],
      there: bytes,
      at: 1_700_000_000_000,
      outcome: 'skipped',
    },
    { has: 'the same size, and no digest', from: [], to: [], there: bytes, at: 1, outcome: 'done' },
    { has: 'another size', from: [], to: [], there: shorter, at: 1_700_000_000_000, outcome: 'done' },
    {
      has: 'the digest of what the source would have',
      from: [],
      to: ['crc32'],
      there: bytes,
      at: 1,
      outcome: 'skipped',
    },
    {
      has: 'another digest than the source would have',
      from: [],
      to: ['crc32'],
      there: changed,
      at: 1,
      outcome: 'done',
    },
  ] as const
  test.for(cases)('$has: $outcome', async ({ from, to, there, at, outcome }) => {
    const destination = side({}, to)
    await fill(destination.direct, there, at)
    const made = await rig({ entries: bytes, from: side({}, from), to: destination })
    const { progress } = await (await made.open()).run()
    expect(progress[outcome].entries).toBe(1)
    expect(await made.arrived()).toEqual(namesOf(bytes))
    expect(made.to.driver.count('write')).toBe(outcome === 'done' ? 1 : 0)
  })

  test('is compared by what both say when they are asked, though their listings say nothing', async () => {
    const silent = {
      entry: (entry: Entry, { operation }: { operation: string }) => {
        if (operation !== 'list') return entry
        const { modified: _modified, digests: _digests, ...rest } = entry
        return rest
      },
    }
    const to = side(silent, [])
    await fill(to.direct, bytes)
    const made = await rig({ entries: bytes, from: side(silent, []), to })
    const { progress } = await (await made.open()).run()
    expect(progress.skipped.entries).toBe(1)
    expect(made.from.driver.count('read')).toBe(0)
  })

  test('is overwritten where that is asked for', async () => {
    const to = side()
    await fill(to.direct, bytes)
    const made = await rig({ entries: bytes, to, spec: { existing: 'overwrite' } })
    await (await made.open()).run()
    expect(to.driver.count('write')).toBe(1)
  })

  test('is never touched where that is asked for', async () => {
    const to = side()
    await fill(to.direct, changed)
    const made = await rig({ entries: few(3), to, spec: { existing: 'keep' } })
    const { progress } = await (await made.open()).run()
    expect(progress).toMatchObject({ done: { entries: 2 }, skipped: { entries: 1 } })
    expect(await made.arrived()).toContain(namesOf(changed)[0])
  })

  test('is never touched, also where it came meanwhile', async () => {
    const to = side()
    to.driver.script = {
      async before({ operation, path }) {
        if (operation === 'write' && path === '0.dcm') await fill(to.direct, changed)
      },
    }
    const made = await rig({ entries: few(3), to, spec: { existing: 'keep' } })
    const { progress } = await (await made.open()).run()
    expect(progress).toMatchObject({ done: { entries: 2 }, skipped: { entries: 1 } })
    expect(await made.arrived()).toContain(namesOf(changed)[0])
  })

  test('is asked for entry by entry where it cannot be listed', async () => {
    const to = side({ before: ({ operation }) => void (operation === 'list' && failing('permission_denied')) })
    await fill(to.direct, bytes)
    const made = await rig({ entries: few(2), to })
    const { progress } = await (await made.open()).run()
    expect(progress).toMatchObject({ done: { entries: 1 }, skipped: { entries: 1 } })
  })

  test('is overwritten unseen where one may write and not look', async () => {
    const denied = ({ operation }: { operation: string }) =>
      void ((operation === 'list' || operation === 'stat') && failing('permission_denied'))
    const made = await rig({ entries: few(2), to: side({ before: denied }) })
    expect(await (await made.open()).run()).toMatchObject({ phase: 'completed', progress: { done: { entries: 2 } } })
  })
})

describe('a name that other files may have been given too', () => {
  const [ours, others] = [new Uint8Array(1000).fill(1), new Uint8Array(1000).fill(2)]

  test.each<readonly [string, 'sha256'[]]>([
    ['digests', ['sha256']],
    ['no digests', []],
  ])('is not taken from them in a later copy, by %s', async (_, digests) => {
    const to = side({}, digests)
    await fill(to.direct, new Map([['x.dcm', others]]), 1)
    const entries = new Map([
      ['a/x.dcm', ours],
      ['a/y.dcm', ours],
    ])
    const made = await rig({ entries, from: side({}, digests), to, spec: { layout: 'flat' } })
    const errors: unknown[] = []
    const job = await made.open()
    job.on('entry:error', ({ code, path }) => errors.push([code, path]))
    expect((await job.run()).progress).toMatchObject({ done: { entries: 1 }, failed: { entries: 1 } })
    expect(errors).toEqual([['already_exists', 'a/x.dcm']])
    // Nor when it is tried again.
    expect((await (await made.open()).run()).progress).toMatchObject({ failed: { entries: 1 } })
    expect(await made.arrived()).toEqual(
      namesOf(
        new Map([
          ['x.dcm', others],
          ['y.dcm', ours],
        ]),
      ),
    )
  })

  test('is left where it may not be read, which keeps no other from being sent', async () => {
    const denied = ({ operation }: { operation: string }) => void (operation === 'read' && failing('permission_denied'))
    const to = side({ before: denied }, [])
    await fill(to.direct, new Map([['x.dcm', others]]), 1)
    const entries = new Map([
      ['a/x.dcm', ours],
      ['a/y.dcm', ours],
    ])
    const made = await rig({ entries, from: side({}, []), to, spec: { layout: 'flat' } })
    expect(await (await made.open()).run()).toMatchObject({
      phase: 'completed',
      progress: { done: { entries: 1 }, failed: { entries: 1 } },
    })
  })

  test('is theirs where the bytes are the same, and is taken where that is asked for', async () => {
    const to = side({}, [])
    await fill(to.direct, new Map([['x.dcm', ours]]), 1)
    const entries = new Map([['a/x.dcm', ours]])
    const made = await rig({ entries, from: side({}, []), to, spec: { layout: 'flat' } })
    expect((await (await made.open()).run()).progress).toMatchObject({ skipped: { entries: 1 } })
    expect(to.driver.count('write')).toBe(0)
    await fill(to.direct, new Map([['x.dcm', others]]), 1)
    const spec = { layout: 'flat', existing: 'overwrite' } as const
    const again = await rig({ entries, from: side({}, []), to, spec })
    expect((await (await again.open()).run()).progress).toMatchObject({ done: { entries: 1 } })
    expect(await again.arrived()).toEqual(namesOf(new Map([['x.dcm', ours]])))
  })
})

describe('transforms', () => {
  test('change bytes and length; the receipt is of what arrived', async () => {
    const made = await rig({ entries: bytes, spec: { transforms: ['double'], verify: true } })
    const { progress, unverified } = await (await made.open({ transforms: [doubled] })).run()
    expect({ done: progress.done.entries, unverified }).toEqual({ done: 1, unverified: 0 })
    const [receipt] = await all(made.journal.receipts())
    const [arrived = ''] = await made.arrived()
    expect(receipt?.bytes).toBe(2000)
    expect(arrived.endsWith(receipt?.digests.sha256 ?? '-')).toBe(true)
  })

  test.each([
    [true, [2000, 2000], 4],
    [false, [undefined, undefined], 2],
  ])('are measured first where the destination has to be told lengths: %s', async (sized, lengths, reads) => {
    const to = side({ abilities: { sized } })
    const told: (number | undefined)[] = []
    const write = to.driver.write.bind(to.driver)
    to.driver.write = async (entry, body, call) => {
      told.push(entry.size)
      return await write(entry, body, call)
    }
    const measured: (boolean | undefined)[] = []
    const counting: Transform = {
      name: 'double',
      apply(entry, body, call) {
        measured.push(call.measuring)
        return doubled.apply(entry, body, call)
      },
    }
    const made = await rig({ entries: few(2), to, spec: { transforms: ['double'] } })
    const { progress } = await (await made.open({ transforms: [counting] })).run()
    expect(progress).toMatchObject({ done: { entries: 2, bytes: 2000 }, failed: { entries: 0 } })
    expect(told).toEqual(lengths)
    expect(made.from.driver.count('read')).toBe(reads)
    expect(measured.filter((one) => one === true)).toHaveLength(sized ? 2 : 0)
    expect(measured.filter((one) => one !== true)).toHaveLength(2)
  })

  test('that make something else the second time are found out', async () => {
    let length = 0
    const growing: Transform = {
      name: 'growing',
      async *apply(_entry, body) {
        yield* body
        length += 1
        yield new Uint8Array(length)
      },
    }
    const made = await rig({
      entries: bytes,
      to: side({ abilities: { sized: true } }),
      spec: { transforms: ['growing'] },
    })
    await (await made.open({ transforms: [growing] })).run()
    expect(await all(made.journal.failures())).toMatchObject([{ code: 'integrity' }])
    expect(await made.arrived()).toEqual([])
  })

  test('say what an entry becomes: its place and parcel, and all that the destination hears of it', async () => {
    const renamed: Transform = {
      name: 'renamed',
      apply: (_entry, body) => body,
      become: ({ path, contentType }) => ({ path: `new/${path.length}.bin`, contentType, modified: 86_400_000 }),
      alias: (path) => `a${path.length}`,
    }
    const entries = new Map([...few(2), ['two.dcm', new Uint8Array(3)]])
    const made = await rig({ entries, spec: { transforms: ['renamed'] } })
    await (await made.open({ transforms: [renamed] })).run()
    const listed = await all(made.to.direct.list({}))
    expect(listed.map(({ path }) => path)).toEqual(['new/5-a5.bin', 'new/5.bin', 'new/7.bin'])
    expect(new Set(listed.map(({ modified }) => modified))).toEqual(new Set([86_400_000]))
  })

  test('that make nothing of an entry leave it without a place', async () => {
    const picky: Transform = {
      name: 'picky',
      apply: (_entry, body) => body,
      become: (entry) => (entry.path === '0.dcm' ? failing('invalid') : entry),
    }
    const made = await rig({ entries: few(2), spec: { transforms: ['picky'] } })
    await (await made.open({ transforms: [picky] })).run()
    expect(await all(made.journal.failures())).toMatchObject([{ path: '0.dcm', code: 'invalid' }])
    expect((await made.arrived()).map((name) => name.split(' ')[0])).toEqual(['1.dcm'])
  })

  test('must be those that the job was made with', async () => {
    const made = await rig({ entries: bytes, spec: { transforms: ['double'] } })
    await expect(made.open()).rejects.toMatchObject({ code: 'invalid' })
    await expect(made.open({ transforms: [doubled, doubled] })).rejects.toMatchObject({ code: 'invalid' })
    expect(await made.arrived()).toEqual([])
  })

  test('that fail, fail the entry', async () => {
    const broken: Transform = { name: 'broken', apply: () => failing('invalid') }
    const made = await rig({ entries: bytes, spec: { transforms: ['broken'] } })
    const { progress } = await (await made.open({ transforms: [broken] })).run()
    expect(progress.failed.entries).toBe(1)
    expect(await made.arrived()).toEqual([])
  })
})

test('stores without any extras do', async () => {
  const to = new Store(memory())
  const made = await rig({ entries: few(2) })
  await (await made.open({ to })).run()
  expect(await contentsOf(to)).toEqual(namesOf(few(2)))
})
