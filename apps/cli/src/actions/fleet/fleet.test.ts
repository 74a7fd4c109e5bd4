import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

import { freePort, postgresUnavailable, redisUnavailable, startPostgres, startRedis } from '@gantry-tooling/servers'
import { writePhantom } from '@gantry/testkit/phantom'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { Interruption } from '../../io.ts'
import { exitCodes } from '../../exit-code.ts'
import { Workbench } from '../../../testing/workbench.ts'

const reason = (await redisUnavailable()) ?? (await postgresUnavailable())

test('says what a fleet needs', { timeout: 120_000 }, async () => {
  await using bench = await Workbench.make()
  expect(await bench.gantry(['fleet', 'status'])).toMatchObject({
    code: exitCodes.usage,
    stderr: expect.stringContaining('GANTRY_DATABASE'),
  })
  const nowhere = { GANTRY_DATABASE: 'postgres://me:secret@127.0.0.1:1/x' }
  const away = await bench.gantry(['fleet', 'status'], { env: nowhere })
  expect(away).toMatchObject({ code: exitCodes.failed, stderr: expect.stringContaining('PostgreSQL does not answer') })
  expect(away.stderr).not.toContain('secret')
  expect(await bench.gantry(['fleet', 'status', '--queue', 'amqp://x'], { env: nowhere })).toMatchObject({
    code: exitCodes.failed,
    stderr: expect.stringContaining('redis://'),
  })
  const rate = await bench.gantry(['fleet', 'submit', 'a', 'b', '--rate', 'fast'])
  expect(rate).toMatchObject({ code: exitCodes.usage, stderr: expect.stringContaining('20/s') })
})

describe.skipIf(reason !== undefined)(`gantry fleet${reason ? ` [${reason}]` : ''}`, { timeout: 180_000 }, () => {
  let servers: readonly [Awaited<ReturnType<typeof startRedis>>, Awaited<ReturnType<typeof startPostgres>>]
  beforeAll(async () => {
    servers = await Promise.all([startRedis(), startPostgres()])
  }, 300_000)
  afterAll(async () => void (await Promise.all((servers ?? []).map(async (server) => await server.stop()))))
  const env = () => ({ GANTRY_QUEUE: servers[0].url, GANTRY_DATABASE: servers[1].url })

  /** Runs what ends when it is interrupted; `seen` says after which output, with what is printed by then. */
  const until = async (
    bench: Workbench,
    argv: readonly string[],
    seen: (text: string) => Promise<boolean> | boolean,
  ) => {
    let printed = ''
    let interrupt: ((why: Interruption) => void) | undefined
    const running = bench.gantry(argv, {
      env: env(),
      watch(text, ask) {
        printed += text
        interrupt = ask
      },
    })
    for (let asked = false; ;) {
      if (!asked && interrupt !== undefined && (await seen(printed))) {
        asked = true
        interrupt('signal')
      }
      const ended = await Promise.race([running, sleep(100, undefined)])
      if (ended !== undefined) return ended
    }
  }

  test('submits a study, works, tells how far it is, and shows the board', async () => {
    await using bench = await Workbench.make()
    await writePhantom(bench.path('study'), { size: 16, slices: 5 })
    const submitted = await bench.gantry(['fleet', 'submit', 'study', 'target', '--json'], { env: env() })
    expect(submitted).toMatchObject({ code: exitCodes.done, json: [{ type: 'submitted', studies: 1, entries: 5 }] })
    const { run } = submitted.json[0] as { run: string }
    const before = await bench.gantry(['fleet', 'status', run, '--json'], { env: env() })
    expect(before.json).toMatchObject([
      { type: 'run', id: run, studies: { queued: 1, done: 0 } },
      { type: 'queue', waiting: 1, paused: false },
    ])
    for (const [verb, code] of [
      ['pause', exitCodes.done],
      ['resume', exitCodes.done],
      ['retry', exitCodes.done],
    ] as const) {
      expect(await bench.gantry(['fleet', verb, '--json'], { env: env() })).toMatchObject({ code })
    }
    const port = await freePort()
    let metrics = ''
    const worker = await until(
      bench,
      ['fleet', 'worker', '--json', '--jobs', '2', '--metrics-port', String(port)],
      async (text) => {
        if (!text.includes('"type":"study"')) return false
        metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
        return true
      },
    )
    expect(worker.code).toBe(exitCodes.done)
    expect(worker.json).toContainEqual(
      expect.objectContaining({ type: 'part', outcome: 'verified', sent: 5, known: 0 }),
    )
    expect(worker.stdout).not.toMatch(/study\/|target|\.dcm/u)
    expect(metrics).toMatch(/gantry_fleet_parts_total\{[^}]*outcome="verified"[^}]*\} 1/u)
    expect(metrics).toMatch(/gantry_fleet_queue\{[^}]*state="waiting"[^}]*\} 0/u)
    expect(await bench.files('target')).toEqual(await bench.files('study'))
    const after = await bench.gantry(['fleet', 'status', run], { env: env() })
    expect(after).toMatchObject({ code: exitCodes.done, stdout: expect.stringContaining('5 of 5 verified') })
    expect(await bench.gantry(['fleet', 'status', 'nothing'], { env: env() })).toMatchObject({ code: exitCodes.failed })
    expect(await bench.gantry(['fleet', 'cancel', run], { env: env() })).toMatchObject({ code: exitCodes.done })

    const answers: number[] = []
    const board = await until(bench, ['fleet', 'board', '--port', '0', '--json'], async (text) => {
      const link = /"link":"([^"]+)"/u.exec(text)?.[1]
      if (link === undefined) return false
      const { origin } = new URL(link)
      const ask = async (path: string, headers: Record<string, string> = {}) =>
        await fetch(new URL(path, origin), { headers, redirect: 'manual' })
      answers.push((await ask('/board')).status, (await ask('/?token=guessed')).status)
      const opened = await ask(link)
      const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? ''
      answers.push(opened.status, (await ask('/board/api/queues', { cookie })).status)
      return true
    })
    expect(answers).toEqual([401, 401, 302, 200])
    expect(board.code).toBe(exitCodes.done)
  })

  test('lists what failed for good, and ends with 1', async () => {
    await using bench = await Workbench.make()
    await bench.write('source/a.txt', 'soon gone')
    await bench.write('source/b.txt', 'here')
    const argv = ['fleet', 'submit', 'source', 'copied', '--by', 'folder', '--json']
    const submitted = await bench.gantry(argv, { env: env() })
    await rm(bench.path('source/a.txt'))
    const { run } = submitted.json[0] as { run: string }
    await until(bench, ['fleet', 'worker', '--json'], (text) => text.includes('"outcome":"failed"'))
    const status = await bench.gantry(['fleet', 'status', run, '--dead', '--json'], { env: env() })
    expect(status.code).toBe(exitCodes.failed)
    expect(status.json).toContainEqual(
      expect.objectContaining({ type: 'dead', code: 'not_found', failed: 1, entries: 2 }),
    )
  })

  test('says that Redis is not there', async () => {
    await using bench = await Workbench.make()
    await bench.write('source/a.txt', 'x')
    const argv = ['fleet', 'submit', 'source', 'target', '--by', 'folder', '--queue', 'redis://:secret@127.0.0.1:1']
    const away = await bench.gantry(argv, { env: env() })
    expect(away).toMatchObject({ code: exitCodes.failed, stderr: expect.stringContaining('is Redis running') })
    expect(away.stderr).not.toContain('secret')
    const wrong = ['fleet', 'status', '--queue', servers[0].url.replace('testsecret', 'guessed')]
    expect(await bench.gantry(wrong, { env: env() })).toMatchObject({ code: exitCodes.denied })
  })
})
