import { postgresUnavailable, startPostgres } from '@gantry-tooling/servers'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'

import { openPostgres } from './open-postgres.ts'

const reason = await postgresUnavailable()
const tables = 'CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL, body BLOB, size INTEGER, at REAL)'

describe.skipIf(reason !== undefined)(`PostgreSQL${reason ? ` [${reason}]` : ''}`, () => {
  let server: Awaited<ReturnType<typeof startPostgres>>
  beforeAll(async () => {
    server = await startPostgres()
  }, 300_000)
  afterAll(async () => await server?.stop())

  const open = async (owner: string, migrations: readonly string[]) => {
    const database = await openPostgres({ url: server.url, migrations, owner })
    onTestFinished(async () => await database.close())
    return database
  }

  test('keeps what SQLite would, in the same SQL', async () => {
    const database = await open('the notes', [tables])
    const big = 2 ** 40
    const ids = await database.write(async (sql) => {
      const insert = 'INSERT INTO notes (text, body, size, at) VALUES (?, ?, ?, ?) RETURNING id'
      return await sql.all<{ id: number }>(insert, 'why?', Uint8Array.of(1, 2), big, 1.5)
    })
    expect(ids).toEqual([{ id: 1 }])
    const [row] = await database.all<{ body: Uint8Array }>('SELECT * FROM notes WHERE size = ?', big)
    expect(row).toMatchObject({ id: 1, text: 'why?', size: big, at: 1.5 })
    expect(Uint8Array.from(row?.body ?? [])).toEqual(Uint8Array.of(1, 2))
    expect(await database.all('SELECT count(*) AS n, sum(size) AS s FROM notes')).toEqual([{ n: 1, s: big }])
    await expect(
      database.write(async (sql) => {
        await sql.run('DELETE FROM notes')
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    expect(await database.all('SELECT count(*) AS n FROM notes')).toEqual([{ n: 1 }])
  })

  test('brings a database forward once, from several processes at once, and refuses a newer one', async () => {
    const first = 'CREATE TABLE forward (n INTEGER NOT NULL)'
    await Promise.all([1, 2, 3].map(async () => await open('forward', [first])))
    const database = await open('forward', [first, 'ALTER TABLE forward ADD COLUMN more TEXT'])
    expect(await database.all('SELECT n, more FROM forward')).toEqual([])
    await expect(openPostgres({ url: server.url, migrations: [first], owner: 'forward' })).rejects.toMatchObject({
      code: 'unsupported',
    })
  })

  test('makes nothing where what is there is to be opened', async () => {
    const about = { url: server.url, migrations: ['CREATE TABLE absent (n INTEGER NOT NULL)'], owner: 'absent' }
    await expect(openPostgres({ ...about, existing: true })).rejects.toMatchObject({ code: 'not_found' })
    const database = await open('absent', about.migrations)
    expect(await database.all('SELECT n FROM absent')).toEqual([])
    await (await openPostgres({ ...about, existing: true })).close()
  })

  test('runs transactions one after another', async () => {
    const database = await open('counter', [
      'CREATE TABLE counter (n INTEGER NOT NULL)',
      'INSERT INTO counter VALUES (0)',
    ])
    const other = await open('counter', ['CREATE TABLE counter (n INTEGER NOT NULL)', 'INSERT INTO counter VALUES (0)'])
    const add = async (index: number) =>
      await (index % 2 === 0 ? database : other).write(async (sql) => {
        const [row] = await sql.all<{ n: number }>('SELECT n FROM counter')
        await sql.run('UPDATE counter SET n = ?', (row?.n ?? 0) + 1)
      })
    await Promise.all(Array.from({ length: 20 }, async (_, index) => await add(index)))
    expect(await database.all('SELECT n FROM counter')).toEqual([{ n: 20 }])
  })

  test('statements of their own: what they return, values as they change, and again by another connection', async () => {
    const database = await open('counters', ['CREATE TABLE counters (name TEXT PRIMARY KEY, n INTEGER NOT NULL)'])
    const add = `INSERT INTO counters (name, n) VALUES (?, ?)
 ON CONFLICT (name) DO UPDATE SET n = counters.n + excluded.n RETURNING n`
    const answers: number[] = []
    // More often than it takes for a statement to be prepared, by as many connections as there are.
    for (let round = 0; round < 10; round += 1) {
      const rows = await Promise.all(
        ['a', 'b', 'c'].map(async (name) => await database.change<{ n: number }>(add, name, round)),
      )
      answers.push(...rows.flatMap((row) => row.map(({ n }) => n)))
    }
    expect(answers.slice(-3)).toEqual([45, 45, 45])
    const flushing = 'UPDATE counters SET n = ? WHERE name = ? RETURNING n'
    expect(await database.jot(flushing, 7, 'a')).toMatchObject([{ n: 7 }])
    expect(await database.jot(flushing, 7, 'nobody')).toEqual([])
    // It was the statement's own, and not the connection's.
    const settings = Array.from({ length: 8 }, async () => await database.all('SHOW synchronous_commit'))
    expect(new Set((await Promise.all(settings)).map((rows) => JSON.stringify(rows)))).toEqual(
      new Set(['[{"synchronous_commit":"on"}]']),
    )
    expect(await database.all('SELECT n FROM counters ORDER BY name')).toEqual([{ n: 7 }, { n: 45 }, { n: 45 }])
  })

  test('tells what is wrong, without values and passwords', async () => {
    const database = await open('the notes', [tables])
    const failed = database.all('SELECT * FROM nothing WHERE name = ?', 'Quellmalz')
    await expect(failed).rejects.toMatchObject({ code: 'internal' })
    await expect(failed).rejects.not.toThrow(/Quellmalz/u)
    const wrong = openPostgres({ url: server.url.replace('testsecret', 'guessed'), migrations: [], owner: 'x' })
    await expect(wrong).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(wrong).rejects.not.toThrow(/guessed/u)
    const nobody = openPostgres({ url: 'postgres://a:b@127.0.0.1:1/x', migrations: [], owner: 'x' })
    await expect(nobody).rejects.toMatchObject({ code: 'unavailable' })
    await expect(openPostgres({ url: 'mysql://x', migrations: [], owner: 'x' })).rejects.toMatchObject({
      code: 'invalid',
    })
  })

  test('goes on after the server was killed', async () => {
    const database = await open('killed', ['CREATE TABLE killed (n INTEGER NOT NULL)'])
    await database.write(async (sql) => await sql.run('INSERT INTO killed VALUES (1)'))
    const count = async () => await database.all('SELECT count(*) AS n FROM killed')
    for (let use = 0; use < 8; use += 1) expect(await count()).toEqual([{ n: 1 }])
    await server.kill9()
    await expect(database.all('SELECT 1 AS one')).rejects.toMatchObject({ code: 'unavailable' })
    await expect(database.write(async (sql) => await sql.run('DELETE FROM killed'))).rejects.toMatchObject({
      code: 'unavailable',
    })
    await server.restart()
    await expect.poll(async () => await database.all('SELECT n FROM killed'), { timeout: 20_000 }).toEqual([{ n: 1 }])
    // What a connection had prepared is gone with it.
    expect(await count()).toEqual([{ n: 1 }])
  })
})
