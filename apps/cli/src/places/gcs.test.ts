import { cod } from '@gantry/cod'
import { Store } from '@gantry/core'
import { gcs } from '@gantry/gcs'
import { startGcsServer } from '@gantry/testkit/gcs-server'
import { writePhantom } from '@gantry/testkit/phantom'
import { describe, expect, test } from 'vitest'

import { spawnGantry } from '../../testing/bin.ts'
import { Workbench } from '../../testing/workbench.ts'

describe('against Google Cloud Storage', { timeout: 120_000 }, () => {
  test('there and back, the endpoint of the environment remembered', async () => {
    const server = await startGcsServer({ buckets: ['archive'] })
    try {
      await using bench = await Workbench.make()
      await bench.fill('src', 5)
      // More than one part.
      await bench.write('src/large.dcm', Buffer.alloc(20 * 1024 * 1024, 'large'))
      const env = { STORAGE_EMULATOR_HOST: server.url.replace('http://', '') }
      const copied = await bench.gantry(['copy', 'src', 'gs://archive/a', '--json'], { env })
      expect(copied).toMatchObject({ code: 0 })
      const done = copied.json.filter(({ type }) => type === 'entry:done')
      expect(done.map(({ verified }) => verified)).toEqual(Array.from({ length: 6 }, () => true))
      expect(server.requests['multipart.part']).toBe(2)
      expect(await bench.gantry(['verify', 'src', 'gs://archive/a'], { env })).toMatchObject({ code: 0 })
      const [one] = (await bench.gantry(['ls', 'gs://archive/a/0004.dcm', '--json'], { env })).json
      expect(one).toMatchObject({ type: 'entry', path: '0004.dcm', size: 1000, tier: 'STANDARD' })
      const again = await bench.gantry(['copy', 'src', 'gs://archive/a', '--json'], { env })
      expect(again.json.filter(({ type }) => type === 'entry:skip')).toHaveLength(6)
      expect(await bench.gantry(['copy', 'gs://archive/a', 'back', '--json'], { env })).toMatchObject({ code: 0 })
      for (const path of await bench.files('src'))
        expect(await bench.read(`back/${path}`)).toBe(await bench.read(`src/${path}`))
      const { json } = await bench.gantry(['jobs', '--json'])
      expect(JSON.stringify(json)).toContain(encodeURIComponent(server.url))
    } finally {
      await server.close()
    }
  })

  test('goes on after kill -9 in the middle of an upload', async () => {
    const server = await startGcsServer({ buckets: ['archive'] })
    try {
      await using bench = await Workbench.make()
      const mebibyte = 1024 * 1024
      await bench.write(
        'src/large.dcm',
        Buffer.concat(Array.from({ length: 7 }, (_, index) => Buffer.alloc(15 * mebibyte, String(index)))),
      )
      const env = { ...bench.env, STORAGE_EMULATOR_HOST: server.url }
      const sent = () => server.requests['multipart.part'] ?? 0
      const stalled = server.fault({
        operation: 'multipart.part',
        nth: 6,
        does: { kind: 'stall', when: 'request-body' },
      })
      const argv = ['copy', 'src', 'gs://archive', '--json']
      const killed = await spawnGantry(argv, {
        cwd: bench.folder,
        env,
        watch: (_, child) => void (stalled.hits > 0 && child.kill('SIGKILL')),
      })
      expect(killed.code).toBe('SIGKILL')
      const before = sent()
      expect(await spawnGantry(argv, { cwd: bench.folder, env })).toMatchObject({ code: 0 })
      // The same upload, and of its seven parts those alone that it lacked.
      expect(server.requests['multipart.start']).toBe(1)
      expect(sent() - before).toBeLessThan(7)
      expect(await bench.gantry(['verify', 'src', 'gs://archive'], { env })).toMatchObject({ code: 0 })
    } finally {
      await server.close()
    }
  })

  test('what is there is not replaced where that was asked for, in parts too', async () => {
    const server = await startGcsServer({ buckets: ['archive'] })
    try {
      await using bench = await Workbench.make()
      await bench.write('src/large.dcm', Buffer.alloc(20 * 1024 * 1024, 'large'))
      const env = { STORAGE_EMULATOR_HOST: server.url }
      expect(await bench.gantry(['copy', 'src', 'gs://archive', '--no-clobber'], { env })).toMatchObject({ code: 0 })
      expect(server.requests['objects.rewrite']).toBe(1)
      expect((await bench.gantry(['ls', 'gs://archive', '--json'], { env })).json.map(({ path }) => path)).toContain(
        'large.dcm',
      )
      await bench.write('src/large.dcm', 'other')
      const second = await bench.gantry(['copy', 'src', 'gs://archive', '--no-clobber', '--json'], { env })
      expect(second.json.find(({ type }) => type === 'entry:skip')).toMatchObject({ reason: 'exists' })
    } finally {
      await server.close()
    }
  })

  test('a missing bucket is 1, no credentials and a missing role are 3', async () => {
    const tokens = ['good', { token: 'reads', permissions: ['storage.objects.list'] }]
    const server = await startGcsServer({ buckets: ['archive'], tokens })
    try {
      await using bench = await Workbench.make()
      await bench.fill('src', 2)
      const remote = (bucket: string, token: string) => ({
        url: `gs://${bucket}/x`,
        options: { endpoint: server.url, ...(token !== '' && { token: { env: token } }) },
      })
      const remotes = {
        good: remote('archive', 'GOOD'),
        reads: remote('archive', 'READS'),
        gone: remote('gone', 'GOOD'),
      }
      const config = { remotes: { ...remotes, nobody: remote('archive', '') } }
      await bench.write('gantry.config.json', JSON.stringify(config))
      const env = { GOOD: 'good', READS: 'reads' }
      const run = async (...argv: string[]) => await bench.gantry(argv, { env })
      expect(await run('copy', 'src', 'good:')).toMatchObject({ code: 0 })
      expect((await run('ls', 'reads:')).code).toBe(0)
      expect((await run('ls', 'gone:')).code).toBe(1)
      expect((await run('ls', 'nobody:')).code).toBe(3)
      const refused = await run('copy', 'src', 'reads:y')
      expect(refused.code).toBe(3)
      expect(`${refused.stdout}${refused.stderr}`).toContain('roles/storage.object')
      const { code, stderr } = await run('ls', 'gs://archive', '--option', 'token=good')
      expect([code, stderr]).toEqual([2, expect.stringContaining('does not belong on a command line')])
    } finally {
      await server.close()
    }
  })

  test('who is nobody to Google is told what to do, and nothing else', async () => {
    await using bench = await Workbench.make()
    const env = { ...bench.env, GOOGLE_APPLICATION_CREDENTIALS: '', METADATA_SERVER_DETECTION: 'none' }
    const { code, stderr } = await spawnGantry(['ls', 'gs://archive'], { cwd: bench.folder, env })
    expect(code).toBe(3)
    expect(stderr).toContain('gcloud auth application-default login')
    expect(stderr).not.toContain('Warning')
    const elsewhere = ['ls', 'gs://archive', '--option', 'endpoint=https://storage.example.org']
    const other = await bench.gantry(elsewhere, { env: { GOOGLE_OAUTH_ACCESS_TOKEN: 'a token' } })
    expect([other.code, other.stderr]).toEqual([3, expect.stringContaining('sent to Google alone')])
  })

  test('cloud optimized DICOM in a bucket, a series at a time', async () => {
    const server = await startGcsServer({ buckets: ['archive'] })
    try {
      await using bench = await Workbench.make()
      await writePhantom(bench.path('study'), { size: 32, slices: 4, series: 2 })
      const env = { STORAGE_EMULATOR_HOST: server.url }
      const url = 'cod+gs://archive/v1.0/dicomweb'
      expect(await bench.gantry(['copy', 'study', url], { env })).toMatchObject({ code: 0 })
      const given = new Store(
        gcs({ bucket: 'archive', prefix: 'v1.0/dicomweb', endpoint: server.url, environment: {} }),
      )
      const tars: string[] = []
      for await (const { path } of given.list()) if (path.endsWith('.tar')) tars.push(path)
      expect(tars).toHaveLength(2)
      let count = 0
      for await (const { image } of new Store(cod(given)).list()) count += image === undefined ? 0 : 1
      expect(count).toBe(8)
      expect(await bench.gantry(['copy', url, 'back'], { env })).toMatchObject({ code: 0 })
      expect(await bench.files('back')).toHaveLength(8)
      expect(await bench.gantry(['verify', 'study', url], { env })).toMatchObject({ code: 0 })
    } finally {
      await server.close()
    }
  })
})
