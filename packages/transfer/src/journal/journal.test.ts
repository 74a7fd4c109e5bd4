import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createInterface } from 'node:readline'

import { describe, expect, onTestFinished, test } from 'vitest'

import { createJobSpec } from '../create-job-spec.ts'
import { all } from '../testing/all.ts'
import { randomFrom } from '../testing/random.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { jobFolder } from './job-folder.ts'
import type { JournalUnit, PlannedEntry } from './journal.ts'
import { memoryJournal } from './memory-journal.ts'
import { SqliteJournal } from './sqlite-journal.ts'

const program = new URL('../testing/journal-process.ts', import.meta.url).pathname

function spec(id = 'a-job') {
  return createJobSpec({ id, from: 'memory:a', to: 'memory:b' })
}

const alone = (units: readonly JournalUnit[]) => units.flatMap(({ entries }) => entries)

function planned(count: number): PlannedEntry[] {
  return Array.from({ length: count }, (_, index) => {
    const path = `${String(index).padStart(5, '0')}.dcm`
    return { source: { path, size: index }, target: path }
  })
}

/** Runs a process that uses the journal, and gives it to the test line by line. */
function run(file: string, what: 'hold' | 'write') {
  const child = spawn(process.execPath, ['--conditions=@gantry/source', program, file, what], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return { child, lines: createInterface({ input: child.stdout }) }
}

describe('a folder of jobs', () => {
  test('makes, shows, lists and forgets them', async () => {
    const jobs = jobFolder(join(temporaryFolder(), 'deep', 'jobs'))
    for (const [index, id] of ['first', 'second'].entries()) {
      await jobs.create({ ...spec(id), created: index }).close()
    }
    expect((await all(jobs.list())).map(({ id }) => id)).toEqual(['second', 'first'])
    expect(await jobs.show('first')).toMatchObject({ id: 'first', running: false, record: { phase: 'draft' } })
    jobs.forget('first')
    expect((await all(jobs.list())).map(({ id }) => id)).toEqual(['second'])
    expect(() => jobs.open('first')).toThrow(expect.objectContaining({ code: 'not_found' }))
    expect(() => jobs.create(spec('second'))).toThrow(expect.objectContaining({ code: 'already_exists' }))
    jobs.forget('second')
  })

  test('leaves nothing of what was forgotten', async () => {
    const folder = temporaryFolder()
    const jobs = jobFolder(folder)
    await jobs.create(spec()).close()
    jobs.forget('a-job')
    expect(readdirSync(folder)).toEqual([])
  })

  test('is for its owner alone', async () => {
    const folder = join(temporaryFolder(), 'jobs')
    const journal = jobFolder(folder).create(spec())
    await journal.addEntries(planned(3))
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o077).toBe(0)
    await journal.close()
  })

  test.for(['../escape', 'UPPER', 'a', 'with space', ''])('has no job of the name "%s"', (id) => {
    expect(() => jobFolder(temporaryFolder()).open(id)).toThrow(expect.objectContaining({ code: 'not_found' }))
  })

  test('gives a job to one process at a time, and back when that is killed', async () => {
    const folder = temporaryFolder()
    const jobs = jobFolder(folder)
    await jobs.create(spec()).close()
    const { child, lines } = run(join(folder, 'a-job.job'), 'hold')
    await once(lines, 'line')

    expect(() => jobs.open('a-job')).toThrow(expect.objectContaining({ code: 'already_exists' }))
    expect(() => jobs.forget('a-job')).toThrow(expect.objectContaining({ code: 'already_exists' }))
    expect(await jobs.show('a-job')).toMatchObject({ running: true })
    child.kill('SIGKILL')
    await once(child, 'close')

    expect(await jobs.show('a-job')).toMatchObject({ running: false })
    await jobs.open('a-job').close()
  })

  test('takes requests to who runs the job, once, and to nobody else', async () => {
    const jobs = jobFolder(temporaryFolder())
    const journal = jobs.create(spec())
    jobs.request('a-job', 'pause')
    jobs.request('a-job', 'cancel')
    expect(await journal.takeRequest()).toBe('cancel')
    expect(await journal.takeRequest()).toBeUndefined()
    jobs.request('a-job', 'pause')
    await journal.recover()
    expect(await journal.takeRequest()).toBeUndefined()
    await journal.close()
    expect(() => jobs.request('a-job', 'pause')).toThrow(expect.objectContaining({ code: 'not_found' }))
  })
})

describe('a journal file', () => {
  test('keeps all that was acknowledged, whenever its writer is killed', { timeout: 60_000 }, async () => {
    const random = randomFrom(3)
    const file = join(temporaryFolder(), 'killed.job')
    const first = SqliteJournal.create(file, spec())
    await first.addEntries(planned(20_000))
    await first.finishPlan('unknown')
    await first.close()
    const acknowledged = new Set<number>()
    for (let kill = 0; kill < 8; kill += 1) {
      const { child, lines } = run(file, 'write')
      let left = 1 + Math.floor(random() * 600)
      lines.on('line', (line) => {
        acknowledged.add(Number(line))
        left -= 1
        if (left === 0) child.kill('SIGKILL')
      })
      await once(child, 'close')
    }
    const journal = SqliteJournal.open(file)
    await journal.recover()
    const { done, pending, total } = await journal.load()
    const receipts = await all(journal.receipts())
    expect(total.entries).toBe(20_000)
    expect(done.entries + pending.entries).toBe(20_000)
    expect(receipts).toHaveLength(done.entries)
    const recorded = new Set(receipts.map(({ id }) => id))
    expect(acknowledged.size).toBeGreaterThan(100)
    expect([...acknowledged].filter((id) => !recorded.has(id))).toEqual([])
    // No half of a record: what is done has all of its receipt.
    expect(receipts.every(({ id, bytes, digests }) => bytes === id - 1 && digests.sha256 === String(id))).toBe(true)
    await journal.close()
  })

  test.for([
    ['text', 'not a database at all'],
    ['nothing', ''],
    ['another database', undefined],
  ] as const)('of %s is refused', ([, text]) => {
    const file = join(temporaryFolder(), 'x.job')
    if (text === undefined) new DatabaseSync(file).exec('CREATE TABLE other (a)')
    else writeFileSync(file, text)
    expect(() => SqliteJournal.open(file)).toThrow(expect.objectContaining({ code: 'invalid' }))
  })

  test('that was cut or overwritten is refused, or read as far as it is whole, and never half believed', async () => {
    const file = join(temporaryFolder(), 'x.job')
    const journal = SqliteJournal.create(file, spec())
    await journal.addEntries(planned(5000))
    await journal.close()
    const whole = readFileSync(file)
    for (const cut of [100, 4096, 40_000]) {
      writeFileSync(file, whole)
      truncateSync(file, cut)
      const read = async () => {
        const damaged = SqliteJournal.open(file)
        try {
          await damaged.load()
        } finally {
          await damaged.close()
        }
      }
      await expect(read()).rejects.toMatchObject({ code: 'invalid' })
    }
  })

  test('of a newer version is refused as such', async () => {
    const file = join(temporaryFolder(), 'x.job')
    await SqliteJournal.create(file, spec()).close()
    const database = new DatabaseSync(file)
    database.exec('PRAGMA user_version = 99')
    database.close()
    expect(() => SqliteJournal.open(file)).toThrow(expect.objectContaining({ code: 'unsupported' }))
  })

  test('is told of in lists, beside the others, when it is damaged', async () => {
    const folder = temporaryFolder()
    const jobs = jobFolder(folder)
    await jobs.create(spec('good')).close()
    writeFileSync(join(folder, 'damaged.job'), 'x')
    const unreadable: unknown[] = []
    const onUnreadable = (id: string, error: unknown) => unreadable.push({ id, error })
    expect((await all(jobs.list({ onUnreadable }))).map(({ id }) => id)).toEqual(['good'])
    expect(unreadable).toMatchObject([{ id: 'damaged', error: { code: 'invalid' } }])
    await expect(jobs.show('damaged')).rejects.toMatchObject({ code: 'invalid' })
    jobs.forget('damaged')
    expect(readdirSync(folder).filter((name) => name.startsWith('damaged'))).toEqual([])
  })

  test.runIf(process.getuid?.() !== 0)('cannot be made where nothing can be written', () => {
    const folder = temporaryFolder()
    chmodSync(folder, 0o500)
    expect(() => SqliteJournal.create(join(folder, 'x.job'), spec())).toThrow(
      expect.objectContaining({ code: 'read_only' }),
    )
  })

  test('cannot be made in a folder that is not there', () => {
    expect(() => SqliteJournal.create(join(temporaryFolder(), 'none', 'x.job'), spec())).toThrow(
      expect.objectContaining({ code: 'read_only' }),
    )
  })
})

describe('a journal', () => {
  test('counts what was in flight as pending, and knows what crashed until it is swept', async () => {
    const journal = memoryJournal(spec())
    await journal.addEntries(planned(3))
    await journal.take(2)
    const upload = { path: '00001.dcm', id: 'u' }
    await journal.record({ type: 'begun', id: 2, upload })
    expect(await all(journal.crashed())).toEqual([])
    await journal.recover()
    expect(await all(journal.crashed())).toEqual([
      { target: '00000.dcm', upload: undefined },
      { target: '00001.dcm', upload },
    ])
    expect((await journal.load()).pending).toEqual({ entries: 3, bytes: 3 })
    await journal.swept()
    expect(await all(journal.crashed())).toEqual([])
    await journal.close()
  })

  test('keeps parts of an upload until it is dropped or done', async () => {
    const journal = memoryJournal(spec())
    await journal.addEntries(planned(2))
    await journal.take(2)
    const upload = { path: 'x', id: 'u', started: 5 }
    const part = { number: 1, offset: 0, size: 9, tag: 't', digests: { crc32: '00000001' } }
    for (const id of [1, 2]) {
      await journal.record({ type: 'begun', id, upload })
      await journal.record({ type: 'part', id, part })
    }
    expect(await journal.entry(1)).toMatchObject({ upload, parts: [part] })
    await journal.record({ type: 'dropped', id: 1 })
    expect(await journal.entry(1)).toMatchObject({ upload: undefined, parts: [] })
    await journal.record({ type: 'done', id: 2, receipt: { bytes: 1, digests: {}, verified: false } })
    expect(await all(journal.uploads())).toEqual([])
    await journal.close()
  })

  test('can be read page by page while it is written', async () => {
    const journal = memoryJournal(spec())
    await journal.addEntries(planned(3500))
    for (const { id } of alone(await journal.take(3500))) {
      void journal.record({ type: 'done', id, receipt: { bytes: 0, digests: {}, verified: true } })
    }
    let seen = 0
    for await (const { id } of journal.receipts()) {
      seen += 1
      void journal.record({ type: 'checked', id, verified: true })
    }
    expect(seen).toBe(3500)
    await journal.close()
  })

  test('tells entries that collide with one whose path comes first, but for those without a place', async () => {
    const journal = memoryJournal(spec())
    const entry = (path: string, target: string) => ({ source: { path, size: 1 }, target })
    const refused = { ...entry('d', ''), refusal: { code: 'invalid', message: 'No.' } as const }
    await journal.addEntries([entry('c/x', 'x'), entry('a/x', 'x'), entry('b/y', 'y'), entry('b/x', 'x')])
    await journal.addEntries([refused, { ...refused, source: { path: 'e', size: 1 } }])
    expect(await all(journal.collisions())).toEqual([
      [
        { id: 1, path: 'c/x', target: 'x', first: 'a/x' },
        { id: 4, path: 'b/x', target: 'x', first: 'a/x' },
      ],
    ])
    await journal.close()
  })

  test('rejects what it could not commit, and all that came with it', async () => {
    const journal = memoryJournal(spec())
    const recorded = [journal.record({ type: 'phase', phase: 'running' }), journal.swept()]
    await journal.close()
    await expect(Promise.all(recorded)).resolves.toBeDefined()
    await expect(journal.record({ type: 'phase', phase: 'paused' })).rejects.toMatchObject({ code: 'read_only' })
  })
})
