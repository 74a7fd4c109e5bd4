import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, rm, stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { freePort, postgresUnavailable, redisUnavailable, startPostgres, startRedis } from '@gantry-tooling/servers'
import { openPostgres } from '@gantry/postgres'
import { type DataSet, writeDicom, writePhantom } from '@gantry/testkit/phantom'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'

import { exitCodes } from '../../exit-code.ts'
import { OtlpReceiver } from '../../../testing/otlp-receiver.ts'
import { Workbench } from '../../../testing/workbench.ts'
import { worked } from '../../../testing/worked.ts'

const bin = fileURLToPath(new URL('../../../bin/gantry.js', import.meta.url))
const patience = { timeout: 60_000, interval: 200 }
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
    code: exitCodes.usage,
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

  const until = async (bench: Workbench, argv: readonly string[], seen: (text: string) => Promise<boolean> | boolean) =>
    await worked(bench, argv, env(), seen)

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
    for (const verb of ['pause', 'resume']) {
      expect(await bench.gantry(['fleet', verb, 'study'], { env: env() })).toMatchObject({
        code: exitCodes.failed,
        stdout: '',
        stderr: expect.stringContaining('Nothing was submitted to that destination'),
      })
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

  test('de-identifies by the key of the worker, and keeps neither key nor name', async () => {
    await using bench = await Workbench.make()
    for (const number of [1, 2]) {
      const dataSet: DataSet = [
        [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
        [0x00080018, 'UI', `1.2.777.3.${number}`],
        [0x00080020, 'DA', '20240110'],
        [0x00080060, 'CS', 'CT'],
        [0x0008103e, 'LO', 'CT Chest for Dr. MARKER'],
        [0x00100010, 'PN', 'MARKER^JANE'],
        [0x00100020, 'LO', 'MARKER-4711'],
        [0x0020000d, 'UI', '1.2.777.1'],
        [0x0020000e, 'UI', '1.2.777.2'],
        [0x7fe00010, 'OW', new Uint8Array(64)],
      ]
      await bench.write(`named/MARKER^JANE/${number}.dcm`, writeDicom({ dataSet }))
    }
    const secret = 'a secret of the project, long enough'
    await bench.write('project.key', secret)
    await bench.write('other.key', `${secret}, and another one`)
    await Promise.all(['project.key', 'other.key'].map(async (name) => await chmod(bench.path(name), 0o600)))
    const words = ['--deidentify', '--deidentify-retain', 'modified-dates', '--clean', 'descriptors']
    const submit = ['fleet', 'submit', 'named', 'unnamed', ...words, '--json']
    expect(await bench.gantry(submit, { env: env() })).toMatchObject({
      code: exitCodes.usage,
      stdout: expect.stringContaining('--deidentify-key'),
    })
    const keyed = [...submit, '--deidentify-key', 'project.key']
    expect(await bench.gantry([...keyed, '--by', 'folder'], { env: env() })).toMatchObject({ code: exitCodes.usage })
    const { code, json } = await bench.gantry(keyed, { env: env() })
    expect({ code, json }).toMatchObject({ code: exitCodes.done, json: [{ studies: 1, entries: 2 }] })
    const { run } = json[0] as { run: string }

    // A worker of another project leaves it to others; that which has both keys knows which is meant.
    const worker = ['fleet', 'worker', '--json', '--deidentify-key', 'other.key']
    const other = await until(bench, worker, (text) => text.includes('"outcome":"not opened"'))
    expect(other.stdout).toContain('"code":"unauthenticated","store":"deidentify"')
    expect(await bench.files('.')).not.toContain(expect.stringMatching(/^unnamed/u))
    const both = [...worker, '--deidentify-key', 'project.key', '--deidentify-reports', 'reports.jsonl']
    const own = await until(bench, both, (text) => text.includes('"type":"study"'))
    expect(own.json).toContainEqual(expect.objectContaining({ type: 'part', outcome: 'verified', sent: 2 }))

    const files = await bench.files('unnamed')
    expect(files).toHaveLength(2)
    for (const file of files) {
      expect(file).toMatch(/^2\.25\.\d+\/2\.25\.\d+\/2\.25\.\d+\.dcm$/u)
      expect(await bench.read(`unnamed/${file}`)).not.toMatch(/MARKER|1\.2\.777/u)
    }
    // As one machine does it.
    const alone = ['copy', 'named', 'alone', ...words, '--deidentify-key', 'project.key']
    expect((await bench.gantry(alone, { env: env() })).code).toBe(exitCodes.done)
    expect(await bench.files('alone')).toEqual(files)
    for (const file of files) expect(await bench.read(`alone/${file}`)).toBe(await bench.read(`unnamed/${file}`))

    const reports = (await bench.read('reports.jsonl')).trim().split('\n')
    expect(reports.map((line) => JSON.parse(line) as object)).toEqual(
      files.map(() =>
        expect.objectContaining({ type: 'deidentified', counts: expect.objectContaining({ shifted: 1 }) }),
      ),
    )
    expect((await stat(bench.path('reports.jsonl'))).mode & 0o077).toBe(0)
    // The database has the run's source; what it knows of the images is what they are now.
    const database = await openPostgres({ url: servers[1].url, migrations: [], owner: 'a test' })
    onTestFinished(async () => await database.close())
    const found: string[] = []
    for (const table of ['studies', 'series', 'instances', 'receipts', 'fleet_parts', 'fleet_runs']) {
      const where = table === 'fleet_runs' ? ` WHERE id = '${run}'` : ''
      for (const row of await database.all(`SELECT to_json(t) AS row FROM ${table} t${where}`)) {
        found.push(JSON.stringify(row))
      }
    }
    expect(found.filter((row) => /MARKER|1\.2\.777|20240110/u.test(row))).toEqual([])
    expect(found.filter((row) => row.includes(secret))).toEqual([])
    expect([reports.join('\n'), own.stdout, other.stdout].filter((text) => /MARKER|1\.2\.777/u.test(text))).toEqual([])
  })

  test('its traces and metrics arrive by OTLP, and name nobody', async () => {
    await using bench = await Workbench.make()
    await using receiver = await OtlpReceiver.start()
    const dataSet: DataSet = [
      [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
      [0x00080018, 'UI', '1.2.778.3'],
      [0x00100010, 'PN', 'MARKER^JANE'],
      [0x00100020, 'LO', 'MARKER-4711'],
      [0x0020000d, 'UI', '1.2.778.1'],
      [0x0020000e, 'UI', '1.2.778.2'],
      [0x7fe00010, 'OW', new Uint8Array(64)],
    ]
    await bench.write('traced/MARKER^JANE/1.dcm', writeDicom({ dataSet }))
    const otel = {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_METRIC_EXPORT_INTERVAL: '500',
      OTEL_BSP_SCHEDULE_DELAY: '200',
    }
    // Processes of their own: exporters read the environment of theirs.
    const options = { cwd: bench.path('.'), env: { ...process.env, HOME: bench.path('.'), ...env(), ...otel } }
    await promisify(execFile)(process.execPath, [bin, 'fleet', 'submit', 'traced', 'received'], options)
    const worker = spawn(process.execPath, [bin, 'fleet', 'worker', '--quiet'], { ...options, stdio: 'ignore' })
    const ended = once(worker, 'exit')
    onTestFinished(() => void worker.kill('SIGKILL'))
    const metricsSeen = () => receiver.metrics().filter((name) => name.startsWith('gantry.fleet.'))
    await expect.poll(() => receiver.spans().map(({ name }) => name), patience).toContain('fleet.study')
    await expect
      .poll(metricsSeen, patience)
      .toEqual(expect.arrayContaining(['gantry.fleet.parts', 'gantry.fleet.bytes']))
    worker.kill('SIGTERM')
    expect(await ended).toEqual([0, null])

    const spans = receiver.spans()
    const submitted = spans.find(({ name }) => name === 'fleet.submit')
    expect(submitted?.traceId).toMatch(/^[0-9a-f]{32}$/u)
    for (const name of ['fleet.part', 'fleet.study']) {
      const { traceId, spanId: parentSpanId } = submitted ?? {}
      expect(spans).toContainEqual(expect.objectContaining({ name, traceId, parentSpanId }))
    }
    expect(receiver.services()).toEqual(new Set(['gantry-fleet-submit', 'gantry-fleet-worker']))
    expect(receiver.text).not.toMatch(/MARKER|1\.2\.778|traced|received|testsecret/u)
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
