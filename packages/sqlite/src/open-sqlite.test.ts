import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { expect, onTestFinished, test } from 'vitest'

import { openSqlite } from './open-sqlite.ts'

const first = 'CREATE TABLE notes (text TEXT NOT NULL)'
const second = "ALTER TABLE notes ADD COLUMN kind TEXT NOT NULL DEFAULT 'plain'"

function fileIn(name = 'some.db'): string {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-sqlite-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, name)
}

test('brings an older database forward, all of it or nothing, and refuses a newer one', async () => {
  const file = fileIn()
  const old = openSqlite({ file, migrations: [first], owner: 'the test' })
  await old.write(async (sql) => await sql.run('INSERT INTO notes VALUES (?)', 'kept'))
  await old.close()
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const broken = [first, `${second}; CREATE TABLE notes (x)`]
  expect(() => openSqlite({ file, migrations: broken, owner: 'the test' })).toThrow(
    expect.objectContaining({ code: 'internal' }),
  )
  const now = openSqlite({ file, migrations: [first, second], owner: 'the test' })
  expect(await now.all('SELECT * FROM notes')).toEqual([{ text: 'kept', kind: 'plain' }])
  await now.close()
  expect(() => openSqlite({ file, migrations: [first], owner: 'the test' })).toThrow(
    expect.objectContaining({ code: 'unsupported' }),
  )
})

test('a transaction that fails leaves nothing, and those beside it what they did', async () => {
  const database = openSqlite({ file: fileIn(), migrations: [first], owner: 'the test' })
  onTestFinished(async () => await database.close())
  const write = async (text: string, fails = false) =>
    await database.write(async (sql) => {
      await sql.run('INSERT INTO notes VALUES (?)', text)
      if (fails) throw new Error('no')
    })
  const outcomes = await Promise.allSettled([write('a'), write('b', true), write('c')])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(await database.all('SELECT text FROM notes')).toEqual([{ text: 'a' }, { text: 'c' }])
})

test('one that has to be there is not made, nor is its folder', async () => {
  const file = fileIn('folder/some.db')
  const about = { file, migrations: [first], owner: 'the test' }
  expect(() => openSqlite({ ...about, existing: true })).toThrow(
    expect.objectContaining({ code: 'not_found', path: file }),
  )
  expect(existsSync(dirname(file))).toBe(false)
  await openSqlite(about).close()
  await openSqlite({ ...about, existing: true }).close()
})

test('what is no database is refused, and left as it is', () => {
  const file = fileIn()
  writeFileSync(file, 'this is a letter, and not a database at all'.repeat(10))
  expect(() => openSqlite({ file, migrations: [first], owner: 'the test' })).toThrow(
    expect.objectContaining({ code: 'invalid', path: file }),
  )
})

test('what is there and has no tables is damaged, for who only looks into it', async () => {
  const about = { file: fileIn(), migrations: [first], owner: 'the test' }
  const refused = expect.objectContaining({ code: 'invalid', path: about.file })
  writeFileSync(about.file, '')
  expect(() => openSqlite({ ...about, existing: true })).toThrow(refused)
  expect(statSync(about.file).size).toBe(0)
  await openSqlite({ ...about, migrations: [] }).close()
  expect(statSync(about.file).size).toBeGreaterThan(0)
  expect(() => openSqlite({ ...about, existing: true })).toThrow(refused)
})

test("another user's is permission_denied, and a folder is read_only; each says which file", async () => {
  const file = fileIn()
  await openSqlite({ file, migrations: [first], owner: 'the test' }).close()
  if (process.geteuid?.() === 0) process.seteuid?.(65_534)
  else chmodSync(file, 0)
  onTestFinished(() => process.seteuid?.(process.getuid?.() ?? 0))
  for (const existing of [false, true]) {
    expect(() => openSqlite({ file, migrations: [first], owner: 'the test', existing })).toThrow(
      expect.objectContaining({ code: 'permission_denied', path: file }),
    )
  }
  const folder = tmpdir()
  expect(() => openSqlite({ file: folder, migrations: [first], owner: 'the test' })).toThrow(
    expect.objectContaining({ code: 'read_only', path: folder }),
  )
})

test('a write waits for that of another process, and nothing else waits with it', async () => {
  const file = fileIn()
  const [database, other] = [0, 1].map(() => openSqlite({ file, migrations: [first], owner: 'the test' }))
  if (database === undefined || other === undefined) throw new Error('There are two.')
  onTestFinished(async () => void (await Promise.all([database.close(), other.close()])))
  let release: (() => void) | undefined
  const holding = other.write(async (sql) => {
    await sql.run('INSERT INTO notes VALUES (?)', 'theirs')
    await new Promise<void>((resolve) => (release = resolve))
  })
  await expect.poll(() => release).toBeDefined()
  const written: string[] = []
  const mine = database.change("INSERT INTO notes VALUES ('mine')").then(() => written.push('mine'))
  // Turns of the event loop come and go, and reads are answered.
  for (let turn = 0; turn < 5; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(await database.all('SELECT text FROM notes')).toEqual([])
  }
  expect(written).toEqual([])
  release?.()
  await Promise.all([holding, mine])
  expect(await database.all('SELECT text FROM notes')).toEqual([{ text: 'theirs' }, { text: 'mine' }])
})

test('what can be had again is made anew where it is damaged or of another version, and nothing else is', async () => {
  const file = fileIn()
  const about = { file, owner: 'the test', disposable: true, applicationId: 0x474e5449 }
  const filled = async (migrations: readonly string[]) => {
    const database = openSqlite({ ...about, migrations })
    const before = await database.all<{ text: string }>('SELECT text FROM notes')
    await database.change("INSERT INTO notes VALUES ('kept')")
    await database.close()
    return before.length
  }
  expect([await filled([first]), await filled([first])]).toEqual([0, 1])
  expect(readFileSync(file).readUInt32BE(68)).toBe(0x474e5449)
  expect([await filled(['', first]), await filled(['', first])]).toEqual([0, 1])
  expect(await filled([first])).toBe(0)
  writeFileSync(file, readFileSync(file).fill('damage', 100))
  expect(await filled([first])).toBe(0)
})

test('in memory reads see what is committed, and nothing of what is under way', async () => {
  const database = openSqlite({ file: ':memory:', migrations: [first], owner: 'the test' })
  const written = database.write(async (sql) => {
    await sql.run("INSERT INTO notes VALUES ('one')")
    await new Promise((resolve) => void setImmediate(resolve))
    throw new Error('It is not to be.')
  })
  const [read] = await Promise.all([
    database.all('SELECT text FROM notes'),
    expect(written).rejects.toThrow('It is not to be.'),
  ])
  expect(read).toEqual([])
  await database.change("INSERT INTO notes VALUES ('two')")
  expect(await database.all('SELECT text FROM notes')).toEqual([{ text: 'two' }])
  await database.close()
})
