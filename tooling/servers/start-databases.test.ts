import { createConnection } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { listenersBeyondLoopback } from './machine/listeners.ts'
import { run } from './machine/run.ts'
import { postgresUnavailable, startPostgres } from './postgres/start-postgres.ts'
import { redisUnavailable, startRedis } from './redis/start-redis.ts'

const reasons = { redis: await redisUnavailable(), postgres: await postgresUnavailable() }
const because = (reason: string | undefined) => (reason === undefined ? '' : ` [${reason}]`)

describe.skipIf(reasons.redis !== undefined)(`a Redis of one's own${because(reasons.redis)}`, () => {
  test('is killed and started again with what it had', async () => {
    const server = await startRedis()
    const { port, password } = server
    onTestFinished(async () => await server.stop())
    const ask = async (...words: string[]) =>
      (await run('redis-cli', ['-p', String(port), ...words], { REDISCLI_AUTH: password })).output.trim()
    expect(listenersBeyondLoopback(port)).toEqual([])
    expect(await ask('set', 'kept', 'yes')).toBe('OK')
    // What it flushes, it flushes within a second or two.
    await expect
      .poll(async () => await ask('info', 'persistence'), { timeout: 20_000 })
      .toMatch(/aof_pending_bio_fsync:0/)
    await server.kill9()
    expect(await answers(port)).toBe(false)
    await server.restart()
    expect(await ask('get', 'kept')).toBe('yes')
  })
})

describe.skipIf(reasons.postgres !== undefined)(`a PostgreSQL of one's own${because(reasons.postgres)}`, () => {
  test('is killed and started again with what it had', async () => {
    const server = await startPostgres()
    const { port, password, url } = server
    onTestFinished(async () => await server.stop())
    const ask = async (sql: string) =>
      await run('psql', ['--no-psqlrc', '--tuples-only', '--no-align', '--dbname', url, '--command', sql])
    expect(password).not.toBe('')
    expect(listenersBeyondLoopback(port)).toEqual([])
    expect((await ask('CREATE TABLE kept (text TEXT); INSERT INTO kept VALUES (7)')).ok).toBe(true)
    await server.kill9()
    expect(await answers(port)).toBe(false)
    await server.restart()
    expect((await ask('SELECT text FROM kept')).output.trim()).toBe('7')
  })
})

async function answers(port: number): Promise<boolean> {
  const socket = createConnection(port, '127.0.0.1')
  const answered = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
  })
  socket.destroy()
  return answered
}
