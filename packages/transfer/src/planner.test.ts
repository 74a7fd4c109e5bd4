import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { bytesOf, type Entry, flatLayout, GantryError, type Layout, type Selection, Store } from '@gantry/core'
import { fs } from '@gantry/fs'
import { memory, MemoryContents } from '@gantry/memory'
import { describe, expect, test } from 'vitest'

import type { Identify, JobOptions } from './job.ts'
import { all } from './testing/all.ts'
import { fill } from './testing/contents.ts'
import { failing, few, rig, side } from './testing/rig.ts'
import { hang } from './testing/scripted-driver.ts'
import { temporaryFolder } from './testing/temporary-folder.ts'

type Made = Awaited<ReturnType<typeof rig>>

async function targets(made: Made, options: Partial<JobOptions> = {}): Promise<Record<string, string>> {
  const result = await (await made.open(options)).plan()
  expect(result.phase).toBe('ready')
  const planned = await all(made.journal.planned())
  return Object.fromEntries(planned.map(({ path, target }) => [path, target]))
}

const named = (...paths: string[]) => new Map(paths.map((path) => [path, new Uint8Array(path.length)]))

/** Knows the modality by the name, as a header read would; files called `broken` cannot be read. */
const identify: Identify = async (_store, { path }) => {
  if (path.includes('broken')) failing('integrity')
  if (path.includes('denied')) failing('permission_denied')
  return path.endsWith('.txt') ? undefined : { attributes: { Modality: path.startsWith('ct') ? 'CT' : 'MR' } }
}

describe('planning', () => {
  test('takes what the selection holds', async () => {
    const made = await rig({
      entries: named('a/1.dcm', 'a/2.txt', 'b/3.dcm'),
      spec: { selection: { prefix: 'a', extensions: ['dcm'] } },
    })
    expect(await targets(made)).toEqual({ 'a/1.dcm': 'a/1.dcm' })
  })

  test('moves what it is handed, without listing the source, and lists no more of the destination than their folder', async () => {
    const listed: string[] = []
    const from = side({ before: ({ operation }) => (operation === 'list' ? failing('internal') : undefined) })
    const to = side({ entry: (entry, { operation }) => (listed.push(`${operation} ${entry.path}`), entry) })
    await fill(to.direct, named('a/1.dcm', 'c/3.dcm'))
    const made = await rig({ entries: named('a/1.dcm', 'a/b/2.dcm', 'c/3.dcm'), from, to })
    const wanted = await all(from.direct.list({ prefix: 'a' }))
    async function* entries() {
      yield* wanted
    }
    expect(await targets(made, { entries })).toEqual({ 'a/1.dcm': 'a/1.dcm', 'a/b/2.dcm': 'a/b/2.dcm' })
    expect(listed).toEqual(['list a/1.dcm'])
    const result = await (await made.open({ entries })).run()
    expect(result).toMatchObject({ phase: 'completed', progress: { total: { entries: 2 } } })
  })

  test('asks headers where the selection does', async () => {
    const made = await rig({ entries: named('ct/1', 'mr/2', 'ct/3.txt'), spec: { selection: { modalities: ['CT'] } } })
    expect(await targets(made, { identify })).toEqual({ 'ct/1': 'ct/1' })
  })

  test('refuses a selection by what images say where nothing tells it', async () => {
    const spec = { selection: { modalities: ['CT'] } }
    const made = await rig({ entries: named('ct/1', 'mr/2'), spec })
    expect(await (await made.open()).plan()).toMatchObject({ phase: 'failed', failure: { code: 'invalid' } })
    // What lists may tell it.
    const told = async function* () {
      for await (const entry of made.from.direct.list()) yield { ...entry, attributes: { Modality: 'CT' } }
    }
    const again = await rig({ entries: named('ct/1', 'mr/2'), spec })
    expect(Object.keys(await targets(again, { entries: told }))).toEqual(['ct/1', 'mr/2'])
  })

  test('asks headers where the layout does, and journals no attributes', async () => {
    const layout: Layout = Object.assign(
      (entry: Entry) => `${entry.attributes?.['Modality'] ?? failing('invalid')}.dcm`,
      {
        needsHeader: true,
      },
    )
    const made = await rig({ entries: named('ct/1', 'mr/2', 'ct/3.txt') })
    expect(await targets(made, { identify, layout })).toEqual({ 'ct/1': 'CT.dcm', 'mr/2': 'MR.dcm', 'ct/3.txt': '' })
    const result = await (await made.open({ identify, layout })).run()
    expect(result).toMatchObject({ phase: 'completed', progress: { done: { entries: 2 }, failed: { entries: 1 } } })
    expect(await all(made.journal.failures())).toMatchObject([{ path: 'ct/3.txt', code: 'invalid' }])
  })

  test.for(['denied', 'broken'])('lists as failed what it cannot tell for want of a header: %s', async (name) => {
    const made = await rig({
      entries: named('ct/1', `ct/${name}`, 'mr/2'),
      spec: { selection: { modalities: ['CT'] } },
    })
    expect(await targets(made, { identify })).toEqual({ 'ct/1': 'ct/1', [`ct/${name}`]: '' })
    const job = await made.open({ identify })
    const expected = { phase: 'completed', progress: { done: { entries: 1 }, failed: { entries: 1 } } }
    expect(await job.run()).toMatchObject(expected)
    const why =
      name === 'denied'
        ? { code: 'permission_denied', message: 'At the source: As the script says.' }
        : { code: 'integrity', message: 'As the script says.' }
    const failure = { path: `ct/${name}`, ...why }
    expect(await all(made.journal.failures())).toMatchObject([failure])
    // What it was planned with is said again.
    expect(await job.retry()).toMatchObject(expected)
    expect(await all(made.journal.failures())).toMatchObject([failure])
  })

  test('says of what is no entry what is the matter, whatever the layout', async () => {
    const refused = (path: string, code: 'invalid' | 'permission_denied', message: string) => {
      return { path, size: 0, refused: new GantryError(code, message) }
    }
    const found = [
      refused('./pipe', 'invalid', 'It is a pipe.'),
      refused('./lost+found/', 'permission_denied', 'Not to be opened.'),
      { path: 'a//b', size: 1 },
    ]
    const contents = new MemoryContents()
    for (const entry of found) contents.entries.set(entry.path, { entry: { ...entry, version: '1' }, chunks: [] })
    const from = new Store(memory({ contents }))
    const failures = async (selection: Selection, options: Partial<JobOptions> = {}) => {
      const made = await rig({ entries: new Map(), spec: { selection } })
      expect((await (await made.open({ from, ...options })).run()).phase).toBe('completed')
      return (await all(made.journal.failures())).map(({ path, code, message }) => `${path} ${code} ${message}`).sort()
    }
    const whole = ['./lost+found/ permission_denied At the source: Not to be opened.', './pipe invalid It is a pipe.']
    const name = 'a//b invalid Its name is no path.'
    expect(await failures({})).toEqual([...whole, name])
    expect(await failures({}, { layout: flatLayout })).toEqual([...whole, name])
    expect(await failures({ exclude: ['pipe', '**/b'] })).toEqual(whole.slice(0, 1))
    expect(await failures({ exclude: ['lost+found/**'] })).toEqual([...whole.slice(1), name])
    expect(await failures({ modalities: ['CT'] }, { identify })).toEqual(whole.slice(0, 1))
  })

  test('says of what the layout has no place for why', async () => {
    const layout: Layout = () => {
      throw new GantryError('invalid', 'It has no modality.')
    }
    const made = await rig({ entries: few(1) })
    await (await made.open({ layout })).run()
    expect(await all(made.journal.failures())).toMatchObject([{ code: 'invalid', message: 'It has no modality.' }])
  })

  test('plans names that are no paths, as failed', async () => {
    const contents = new MemoryContents()
    const entry = { path: 'good.dcm', size: 1, version: '1' }
    for (const path of ['good.dcm', '../evil', 'a//b']) {
      contents.entries.set(path, { entry: { ...entry, path }, chunks: [new Uint8Array(1)] })
    }
    const made = await rig({ entries: new Map() })
    const result = await (await made.open({ from: new Store(memory({ contents })) })).run()
    expect(result).toMatchObject({ phase: 'completed', progress: { done: { entries: 1 }, failed: { entries: 2 } } })
    expect((await all(made.journal.failures())).map(({ path }) => path).sort()).toEqual(['../evil', 'a//b'])
  })

  test('gives files that would have one name a name each, the same in every run', async () => {
    const entries = named('a/1.dcm', 'b/1.dcm', 'c/1.dcm', 'c/2.dcm')
    const plans = await Promise.all(
      [1, 2].map(async () => await targets(await rig({ entries }), { layout: flatLayout })),
    )
    expect(plans[0]).toEqual(plans[1])
    expect(plans[0]).toMatchObject({ 'a/1.dcm': '1.dcm', 'c/2.dcm': '2.dcm' })
    const given = Object.values(plans[0] ?? {})
    expect(new Set(given).size).toBe(4)
    expect(given.filter((target) => /^1-[0-9a-f]{8}\.dcm$/u.test(target))).toHaveLength(2)
  })

  test('does so also where the name that was given is taken', async () => {
    const first = await targets(await rig({ entries: named('a/1.dcm', 'b/1.dcm') }), { layout: flatLayout })
    const taken = first['b/1.dcm'] ?? ''
    const made = await rig({ entries: named('a/1.dcm', 'b/1.dcm', `c/${taken}`) })
    expect(new Set(Object.values(await targets(made, { layout: flatLayout }))).size).toBe(3)
  })

  test('does so also where a name is as long as the destination can keep', async () => {
    const longest = 40
    const to = side({ abilities: { longestSegment: longest } })
    for (const name of [
      `${'x'.repeat(36)}.dcm`,
      'x'.repeat(40),
      `${'\u{1F9B4}'.repeat(9)}.dcm`,
      '1.'.repeat(19) + '12',
    ]) {
      const made = await rig({ entries: named(`a/${name}`, `b/${name}`), to, spec: { layout: 'flat' } })
      expect(await (await made.open()).run()).toMatchObject({ progress: { done: { entries: 2 } } })
      const given = (await all(made.journal.receipts())).map(({ target }) => target)
      expect(given).toEqual([
        name,
        expect.stringMatching(name.endsWith('.dcm') ? /-[0-9a-f]{8}\.dcm$/u : /-[0-9a-f]{8}$/u),
      ])
      expect(given.every((target) => target.isWellFormed())).toBe(true)
    }
    const tooLong = ['a', 'b'].map((folder) => `${folder}/${'x'.repeat(longest + 1)}`)
    const contents = new MemoryContents()
    for (const path of tooLong) {
      contents.entries.set(path, { entry: { path, size: 1, version: '1' }, chunks: [new Uint8Array(1)] })
    }
    const refused = await rig({ entries: new Map(), to, spec: { layout: 'flat' } })
    const result = await (await refused.open({ from: new Store(memory({ contents })) })).run()
    expect(result).toMatchObject({ progress: { done: { entries: 0 }, failed: { entries: 2 } } })
  })

  test('makes targets NFC, and a second copy finds them', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'Mu\u0308ller'))
    writeFileSync(join(folder, 'Mu\u0308ller', '1.dcm'), 'x')
    const to = side({}, [])
    const from = new Store(fs({ root: folder }))
    const first = await rig({ entries: new Map(), to })
    await (await first.open({ from })).run()
    expect((await all(to.direct.list())).map(({ path }) => path)).toEqual(['M\u00fcller/1.dcm'])
    const second = await rig({ entries: new Map(), to })
    expect(await (await second.open({ from })).run()).toMatchObject({ progress: { skipped: { entries: 1 } } })
  })

  test('that is paused begins anew, with the same outcome', async () => {
    const made = await rig({ entries: few(2500) })
    const job = await made.open()
    made.from.driver.script = {
      after: ({ operation }) =>
        void (operation === 'list' && made.journal && job.state.total.entries >= 1000 && void job.pause()),
    }
    expect(await job.run()).toMatchObject({ phase: 'paused' })
    made.from.driver.script = {}
    expect(await job.run()).toMatchObject({
      phase: 'completed',
      progress: { total: { entries: 2500 }, done: { entries: 2500 } },
    })
  })

  test('begins anew when a listing breaks off, and counts once', async () => {
    let listed = 0
    const from = side({
      after: ({ operation }) => {
        if (operation !== 'list') return
        listed += 1
        if (listed === 1500) failing('unavailable')
      },
    })
    const made = await rig({ entries: few(2000), from })
    const { progress } = await (await made.open()).run()
    expect(progress).toMatchObject({ total: { entries: 2000 }, done: { entries: 2000 } })
  })

  test('gives up a listing that hangs', async () => {
    const from = side({
      async before(call) {
        if (call.operation === 'list' && call.nth === 1) await hang(call)
      },
    })
    const made = await rig({ entries: few(3), from })
    expect(await (await made.open({ stall: 100 })).run()).toMatchObject({ progress: { done: { entries: 3 } } })
  })

  test.for(['permission_denied', 'not_found', 'unauthenticated'] as const)(
    'fails when the source cannot be listed, and can be tried again: %s',
    async (code) => {
      const made = await rig({
        entries: few(3),
        from: side({ before: ({ operation }) => void (operation === 'list' && failing(code)) }),
      })
      const job = await made.open()
      expect(await job.run()).toMatchObject({ phase: 'failed', failure: { code } })
      made.from.driver.script = {}
      expect(await job.run()).toMatchObject({ phase: 'completed', progress: { done: { entries: 3 } } })
    },
  )

  test('asks a destination that holds much more entry by entry', { timeout: 60_000 }, async () => {
    const to = side()
    await fill(to.direct, few(10_050, 1))
    const made = await rig({ entries: few(2, 1), to })
    expect(await (await made.open()).run()).toMatchObject({ progress: { skipped: { entries: 2 } } })
    expect(to.driver.count('stat')).toBe(2)
  })

  test('takes a destination that is not there for an empty one', async () => {
    const to = side({ before: ({ operation }) => void (operation === 'list' && failing('not_found')) })
    const made = await rig({ entries: few(2), to })
    await (await made.open()).run()
    expect(to.driver.count('stat')).toBe(0)
  })

  test('of an empty source is complete', async () => {
    const made = await rig({ entries: new Map() })
    expect(await (await made.open()).run()).toMatchObject({ phase: 'completed', progress: { total: { entries: 0 } } })
  })

  test('refuses a layout that it does not know', async () => {
    const made = await rig({ entries: few(1), spec: { layout: '{PatientID}' } })
    expect(await (await made.open()).run()).toMatchObject({ phase: 'failed', failure: { code: 'invalid' } })
    await made.from.direct.write({ path: 'x', size: 0 }, bytesOf())
  })
})
