import { readFileSync } from 'node:fs'
import { chmod, rm, symlink, writeFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'

import { cod } from '@gantry/cod'
import { Store } from '@gantry/core'
import { fs } from '@gantry/fs'
import { createJobSpec } from '@gantry/transfer'
import { describe, expect, test } from 'vitest'

import { Workbench } from '../../../testing/workbench.ts'
import { openJobFolder } from '../../state-folder.ts'

const slowly = ['copy', 'src', 'dst', '--bwlimit', '50k', '--jobs', '1']

/** Stops it when the first entries are over. */
function atFirstEntry(text: string, interrupt: (why: 'signal') => void): void {
  if (text.includes('"entry:done"')) interrupt('signal')
}

describe('a copy that is interrupted', () => {
  test('pauses, says how to go on, and goes on', async () => {
    await using bench = await Workbench.make()
    await bench.fill('src', 8, 20_000)
    const paused = await bench.gantry([...slowly, '--json'], { watch: atFirstEntry })
    expect(paused.code).toBe(130)
    expect(paused.json.at(-1)).toMatchObject({ type: 'result', phase: 'paused', exit: 130 })
    const id = String(paused.json[0]?.['id'])
    expect((await bench.files('dst')).length).toBeLessThan(8)

    expect((await bench.gantry(['jobs'])).stdout).toMatch(new RegExp(`${id} +paused +\\d/8`, 'u'))
    expect((await bench.gantry(['jobs', 'show', id])).stdout).toContain(`To go on: gantry jobs resume ${id}`)
    expect(await bench.gantry(['jobs', 'forget', id])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('not finished'),
    })
    const resumed = await bench.gantry(['jobs', 'resume', id, '--json'])
    expect(resumed.json[0]).toMatchObject({ type: 'job', id, resumed: true })
    expect(resumed).toMatchObject({ code: 0 })
    const before = new Set(paused.json.filter(({ type }) => type === 'entry:done').map(({ path }) => path))
    const after = resumed.json.filter(({ type }) => type === 'entry:start').map(({ path }) => path)
    expect(before.size + after.length).toBe(8)
    expect(after.filter((path) => before.has(path))).toEqual([])
    expect(await bench.files('dst')).toEqual(await bench.files('src'))
    expect(await bench.gantry(['jobs', 'resume', id])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is done'),
    })
  })

  test('is gone on with when the same is asked for again, but for --new', async () => {
    await using bench = await Workbench.make()
    await bench.fill('src', 8, 20_000)
    const paused = await bench.gantry([...slowly, '--json'], { watch: atFirstEntry })
    const id = paused.json[0]?.['id']
    const other = await bench.gantry(['copy', 'src', 'dst', '--ext', 'dcm', '--json'])
    expect(other.json[0]).toMatchObject({ resumed: false })
    const afresh = await bench.gantry(['copy', 'src', 'dst', '--new', '--json'])
    expect(afresh.json[0]).toMatchObject({ resumed: false })
    const again = await bench.gantry(['copy', './src', 'dst'])
    expect(again.stderr).toContain(`going on with job ${String(id)} of `)
    expect(again.stderr).toContain('(--new begins afresh)')
    expect(again.code).toBe(0)
  })

  test('and asked for again brings what has come, changed, or gone at the destination meanwhile', async () => {
    await using bench = await Workbench.make()
    await bench.fill('src', 8, 20_000)
    const paused = await bench.gantry([...slowly, '--json'], { watch: atFirstEntry })
    const done = paused.json.find(({ type }) => type === 'entry:done')
    await bench.write('src/new.dcm', 'it came later')
    await rm(bench.path(`dst/${String(done?.['path'])}`))
    const again = await bench.gantry(['copy', 'src', 'dst'])
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('Looking for what has changed') })
    expect(await bench.files('dst')).toEqual(await bench.files('src'))
  })

  test('and asked for again with --overwrite does not look, and says so', async () => {
    await using bench = await Workbench.make()
    await bench.fill('src', 8, 20_000)
    await bench.gantry([...slowly, '--overwrite', '--json'], { watch: atFirstEntry })
    await bench.write('src/new.dcm', 'it came later')
    const again = await bench.gantry(['copy', 'src', 'dst', '--overwrite'])
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('was not looked at') })
    expect(await bench.files('dst')).not.toContain('new.dcm')
  })

  test('can be cancelled, and then forgotten', async () => {
    await using bench = await Workbench.make()
    await bench.fill('src', 8, 20_000)
    const paused = await bench.gantry([...slowly, '--json'], { watch: atFirstEntry })
    const id = String(paused.json[0]?.['id'])
    expect(await bench.gantry(['jobs', 'cancel', id])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('is cancelled'),
    })
    expect((await bench.gantry(['jobs', 'cancel', id])).stdout).toContain('is cancelled already')
    expect((await bench.gantry(['jobs', 'pause', id])).stdout).toContain('not running')
    expect(await bench.gantry(['jobs', 'resume', id])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('was cancelled'),
    })
    expect((await bench.gantry(['jobs', 'forget', '--finished'])).stdout).toBe('Forgot 1 job\n')
    expect((await bench.gantry(['jobs'])).stderr).toContain('No jobs yet')
  })

  test('what a job left that came to its end is removed when it is cancelled', async () => {
    await using bench = await Workbench.make()
    const given = new Store(fs({ root: bench.path('tree') }))
    const url = `cod+file://${bench.path('tree')}`
    const spec = createJobSpec({ from: `file://${bench.path('src')}`, to: url })
    const journal = openJobFolder(bench.env).create(spec)
    const save = async (saved: string) => await journal.record({ type: 'saved', parcel: 'series', saved })
    const series = 'studies/1.2.3.4.5.6/series/1.2.3.4.5.6.7'
    await new Store(cod(given)).parcels?.open({ entries: [{ path: `${series}/instances/1.2.3.4.5.6.7.8.dcm` }], save })
    await journal.record({ type: 'phase', phase: 'completed' })
    await journal.close()
    expect(await given.find(`${series}/.gradient.lock`)).toBeDefined()
    expect(await bench.gantry(['jobs', 'cancel', spec.id])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('is completed already. What was unfinished at its destination is removed.'),
    })
    expect(await given.find(`${series}/.gradient.lock`)).toBeUndefined()
  })

  test('while it runs, another process can look at it, and pause it', async () => {
    await using bench = await Workbench.make()
    await bench.fill('src', 8, 20_000)
    let asked: Promise<void> | undefined
    const look = async () => {
      const { json } = await bench.gantry(['jobs', '--json'])
      expect(json).toMatchObject([{ running: true, state: 'running' }])
      const id = String(json[0]?.['id'])
      expect(await bench.gantry(slowly)).toMatchObject({ code: 2, stderr: expect.stringContaining('running already') })
      expect(await bench.gantry(['jobs', 'resume', id])).toMatchObject({ code: 2 })
      const verified = await bench.gantry(['verify', id])
      expect(verified).toMatchObject({ code: 2, stderr: expect.stringContaining(`gantry jobs pause ${id}`) })
      expect(await bench.gantry(['jobs', 'forget', id])).toMatchObject({ code: 2 })
      expect((await bench.gantry(['jobs', 'show', id])).stdout).toMatch(/State +running/u)
      expect(await bench.gantry(['jobs', 'pause', id])).toMatchObject({ code: 0, stdout: `The job ${id} is paused.\n` })
    }
    const result = await bench.gantry([...slowly, '--json'], {
      watch(text) {
        if (text.includes('"entry:done"')) asked ??= look()
      },
    })
    await asked
    expect(result.code).toBe(130)
  })
})

test('with --finished, jobs with failures are kept: those can be tried again', async () => {
  await using bench = await Workbench.make()
  await bench.fill('src', 2)
  await bench.write('dst/0000.dcm/in-the-way', 'x')
  const copied = await bench.gantry(['copy', 'src', 'dst', '--json'])
  const id = String(copied.json[0]?.['id'])
  expect(copied.code).toBe(1)
  expect((await bench.gantry(['jobs'])).stdout).toMatch(/ 1 failed +1\/2 /u)
  await symlink('/etc', bench.path('src/link'))
  await bench.gantry(['copy', 'src', 'other', '--json'])
  const forgotten = await bench.gantry(['jobs', 'forget', '--finished'])
  expect(forgotten).toMatchObject({ code: 0, stdout: 'Forgot 0 jobs\n' })
  expect(forgotten.stderr).toContain(`${id}  To try them again: gantry jobs resume ${id}\n`)
  // Of what was refused while the source was listed, the job knows no more.
  expect(forgotten.stderr).toMatch(
    /[^\n]+ {2}To try them again, run the same command again: it lists the source anew\.\n/u,
  )
  // Which of them is meant, only who asks knows.
  const unnamed = await bench.gantry(['jobs', 'resume'])
  expect(unnamed).toMatchObject({ code: 2, stderr: expect.stringMatching(/some entries of \S+ failed\. To try them/u) })
  expect(await bench.gantry(['jobs', 'forget', id])).toMatchObject({ stdout: 'Forgot 1 job\n' })
})

test('a resume without a job that is unfinished names the one that has failures', async () => {
  await using bench = await Workbench.make()
  await bench.fill('src', 2)
  await bench.write('dst/0000.dcm/in-the-way', 'x')
  const copied = await bench.gantry(['copy', 'src', 'dst', '--json'])
  const id = String(copied.json[0]?.['id'])
  await bench.gantry(['copy', 'src', 'other'])
  expect(await bench.gantry(['jobs', 'resume'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`some entries of ${id} failed. To try them again: gantry jobs resume ${id}`),
  })
})

test('a folder in place of a record is named, and the others are listed', async () => {
  await using bench = await Workbench.make()
  await bench.fill('src', 1)
  await bench.gantry(['copy', 'src', 'dst'])
  await bench.write('jobs/20261129-abc123.job/kept', 'x')
  const listed = await bench.gantry(['jobs'])
  expect(listed.code).toBe(1)
  expect(listed.stdout.split('\n')).toHaveLength(3)
  const where = `There is a folder in its place, to be moved away: ${bench.path('jobs/20261129-abc123.job')}`
  expect(listed.stderr).toContain(where)
  expect(await bench.gantry(['jobs', 'forget', '--force', '20261129-abc123'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(where),
  })
  expect(await bench.files('jobs')).toContain('20261129-abc123.job/kept')
})

test('a job whose record is damaged is told of: 1; and forgotten with --force', async () => {
  await using bench = await Workbench.make()
  await bench.fill('src', 1)
  await bench.gantry(['copy', 'src', 'dst'])
  await writeFile(bench.path('jobs/20261129-abc123.job'), 'x')
  const listed = await bench.gantry(['jobs'])
  expect(listed.code).toBe(1)
  expect(listed.stdout.split('\n')).toHaveLength(3)
  expect(listed.stderr).toContain('The record of the job 20261129-abc123 cannot be read: This file is not a journal')
  expect((await bench.gantry(['jobs', '--json'])).json).toMatchObject([
    { type: 'job', state: 'completed' },
    { type: 'error', code: 'invalid', id: '20261129-abc123' },
  ])
  expect(await bench.gantry(['jobs', 'forget', '20261129-abc123'])).toMatchObject({ code: 1 })
  const forced = await bench.gantry(['jobs', 'forget', '--force', '20261129-abc123'])
  expect(forced).toMatchObject({ code: 0, stdout: 'Forgot 1 job\n' })
  expect(forced.stderr).toContain('its record cannot be read')
  expect((await bench.gantry(['jobs'])).code).toBe(0)
})

test('a sound record of a newer version is not advised to be removed, nor is it', async () => {
  await using bench = await Workbench.make()
  await bench.fill('src', 1)
  const copied = await bench.gantry(['copy', 'src', 'dst', '--json'])
  const id = String(copied.json[0]?.['id'])
  const database = new DatabaseSync(bench.path(`jobs/${id}.job`))
  database.exec('PRAGMA user_version = 99')
  database.close()
  const why = `The record of the job ${id} cannot be read: This journal was written by a newer version of Gantry: upgrade to use it.\n`
  expect(await bench.gantry(['jobs'])).toMatchObject({ code: 1, stderr: why })
  expect(await bench.gantry(['jobs', 'forget', '--finished'])).toMatchObject({
    code: 1,
    stdout: 'Forgot 0 jobs\n',
    stderr: why,
  })
  expect(await bench.gantry(['jobs', 'forget', '--force', id])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('newer version'),
  })
  expect(await bench.gantry(['jobs', 'resume'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('1 record could not be read: gantry jobs says why.'),
  })
  expect((await bench.files('jobs')).some((file) => file === `${id}.job`)).toBe(true)
})

/** Whether commands run when this process is user nobody, to whom a checkout below somebody's own folder is closed. */
function isOpenToNobody(): boolean {
  if (process.geteuid?.() !== 0) return true
  process.seteuid?.(65_534)
  try {
    readFileSync(import.meta.filename)
    return true
  } catch {
    return false
  } finally {
    process.seteuid?.(0)
  }
}

describe.skipIf(!isOpenToNobody())('jobs (needs a checkout that user nobody can read, or not to be root)', () => {
  test("that are another user's: 3, and the folder is named", async () => {
    await using bench = await Workbench.make()
    await bench.fill('src', 1)
    await bench.gantry(['copy', 'src', 'dst'])
    // What the commands load is loaded before this process is somebody else.
    for (const argv of [['jobs'], ['jobs', 'show', 'x'], ['copy', 'src', 'dst', '--new']]) await bench.gantry(argv)
    await chmod(bench.folder, 0o755)
    await chmod(bench.path('jobs'), 0)
    const isRoot = process.geteuid?.() === 0
    if (isRoot) process.seteuid?.(65_534)
    try {
      for (const argv of [['jobs'], ['jobs', 'show', 'x'], ['jobs', 'resume'], ['copy', 'src', 'dst']]) {
        expect([argv, await bench.gantry(argv)]).toMatchObject([
          argv,
          {
            code: 3,
            stdout: '',
            stderr: expect.stringContaining(
              `This user may not read and write where jobs are recorded.\n  ${bench.path('jobs')}`,
            ),
          },
        ])
      }
      const elsewhere = await bench.gantry(['copy', 'src', 'dst'], { env: { GANTRY_STATE: bench.path('jobs/below') } })
      expect(elsewhere).toMatchObject({ code: 3, stderr: expect.stringContaining(bench.path('jobs/below')) })
    } finally {
      if (isRoot) process.seteuid?.(0)
      await chmod(bench.path('jobs'), 0o700)
    }
  })
})
