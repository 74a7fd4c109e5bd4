import { readdirSync, rmSync, utimesSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'

import { startS3Server } from '@gantry/testkit/s3-server'
import { describe, expect, test } from 'vitest'

import { spawnGantry } from '../../../testing/bin.ts'
import { Workbench } from '../../../testing/workbench.ts'

const mebibyte = 1024 * 1024

describe('what a job left half-sent', () => {
  test('is removed with the record of a job whose process was killed', async () => {
    await using bench = await Workbench.make()
    const { id, halves } = await killInCopy(bench)
    const forgotten = await bench.gantry(['jobs', 'forget', '--force', id])
    expect(forgotten).toMatchObject({ code: 0, stdout: 'Forgot 1 job\n', stderr: '' })
    expect(halves()).toEqual([])
  })

  test('is known, though the clock was set back since, where the journal proves it', async () => {
    await using bench = await Workbench.make()
    const { id, halves } = await killInCopy(bench)
    shift(bench.path(`jobs/${id}.job`), 5 * 60_000)
    expect(await bench.gantry(['jobs', 'cancel', id])).toMatchObject({ code: 0, stderr: '' })
    expect(halves()).toEqual([])
  })

  test('by the clock of a storage that is another is told of, and left, until it is gone by whatever hand', async () => {
    await using bench = await Workbench.make()
    const { id, halves } = await killInCopy(bench)
    shift(bench.path(`jobs/${id}.job`), -60 * 60_000)
    const [half = ''] = halves()
    const told = { code: 1, stderr: expect.stringContaining(`${half} may be what it left`) as string }
    expect(await bench.gantry(['jobs', 'cancel', id])).toMatchObject(told)
    expect(halves()).toEqual([half])
    expect(await bench.gantry(['jobs', 'cancel', id])).toMatchObject(told)
    rmSync(bench.path('dst', half))
    expect(await bench.gantry(['jobs', 'cancel', id])).toMatchObject({ code: 0, stderr: '' })
  })

  test('and cannot be removed is told of, by cancel and by forget, until it is gone', async () => {
    const server = await startS3Server({ buckets: ['archive'] })
    try {
      await using bench = await Workbench.make()
      await bench.write('src/large.dcm', Buffer.alloc(40 * mebibyte, 'large'))
      const { accessKeyId, secretAccessKey } = server.credentials
      const options = { endpoint: server.url, credentials: { accessKeyId, secretAccessKey: { env: 'SECRET' } } }
      await bench.write('gantry.config.json', JSON.stringify({ remotes: { shelf: { url: 's3://archive', options } } }))
      const right = { env: { SECRET: secretAccessKey } }
      const wrong = { env: { SECRET: 'wrong' } }
      const stalled = server.fault({ operation: 'UploadPart', nth: 2, does: { kind: 'stall', when: 'request-body' } })
      const paused = await bench.gantry(['copy', 'src', 'shelf:', '--json'], {
        ...right,
        watch: (_, interrupt) => void (stalled.hits > 0 && interrupt('signal')),
      })
      expect(paused.code).toBe(130)
      const id = String(paused.json[0]?.['id'])

      const cancelled = await bench.gantry(['jobs', 'cancel', id], wrong)
      expect(cancelled).toMatchObject({ code: 3, stdout: expect.stringContaining('is cancelled') })
      expect(cancelled.stderr).toContain(`${id}: what it left half-sent could not be removed: `)
      expect(cancelled.stderr).toContain(`gantry jobs cancel ${id}`)
      const kept = await bench.gantry(['jobs', 'forget', id], wrong)
      expect(kept).toMatchObject({ code: 3, stdout: 'Forgot 0 jobs\n' })
      expect(kept.stderr).toContain(`gantry jobs forget --force ${id}`)
      const told = await bench.gantry(['jobs', 'cancel', id, '--json'], wrong)
      expect(told.json).toMatchObject([
        { type: 'job', state: 'cancelled' },
        { type: 'error', id },
      ])

      expect(await bench.gantry(['jobs', 'cancel', id], right)).toMatchObject({ code: 0, stderr: '' })
      expect(server.requests['AbortMultipartUpload']).toBeGreaterThan(0)
      expect(await bench.gantry(['jobs', 'forget', id], wrong)).toMatchObject({ code: 0, stdout: 'Forgot 1 job\n' })
    } finally {
      await server.close()
    }
  })
})

/** A copy whose process is killed with a file half-written, which `halves` names. */
async function killInCopy(bench: Workbench) {
  await bench.write('src/large.dcm', Buffer.alloc(4 * mebibyte, 'large'))
  await mkdir(bench.path('dst'))
  const halves = () => readdirSync(bench.path('dst')).filter((name) => name.startsWith('.gantry-'))
  const killed = await spawnGantry(['copy', 'src', 'dst', '--bwlimit', '1M', '--json'], {
    cwd: bench.folder,
    env: bench.env,
    watch: (text, child) => void (text.includes('"progress"') && halves().length > 0 && child.kill('SIGKILL')),
  })
  expect(killed.code).toBe('SIGKILL')
  expect(halves()).toHaveLength(1)
  const [job] = (await bench.gantry(['jobs', '--json'])).json
  return { id: String(job?.['id']), halves }
}

/** As if the clock had been off while the job ran: forwards, so that it was made later than it was written to. */
function shift(file: string, off: number): void {
  const database = new DatabaseSync(file)
  const { spec } = database.prepare('SELECT spec FROM job').get() as { spec: string }
  const parsed = JSON.parse(spec) as { created: number }
  const created = parsed.created + off
  database.prepare('UPDATE job SET spec = ?').run(JSON.stringify({ ...parsed, created }))
  database.close()
  // Backwards, so that all of the job is of then, and the storage alone of now.
  if (off < 0) utimesSync(file, created / 1000 + 60, created / 1000 + 60)
}
