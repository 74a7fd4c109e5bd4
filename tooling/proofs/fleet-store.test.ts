import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { postgresUnavailable, startPostgres } from '@gantry-tooling/servers'
import { openLedger } from '@gantry/fleet'
import { startFaultProxy } from '@gantry/testkit/fault-proxy'
import { startS3Server } from '@gantry/testkit/s3-server'
import { expect, onTestFinished, test } from 'vitest'

import { writeFolders } from './fleet/folders.ts'
import { WorkerProcess } from './fleet/worker-process.ts'
import { temporaryFolder } from './rig/temporary-folder.ts'

const bin = fileURLToPath(new URL('../../apps/cli/bin/gantry.js', import.meta.url))
const reason = await postgresUnavailable()
const parcels = 60

test.skipIf(reason !== undefined)(
  `what goes to a store that cannot be reached for a while arrives all the same${reason ? ` [${reason}]` : ''}`,
  { timeout: 600_000 },
  async () => {
    const [postgres, s3] = await Promise.all([startPostgres(), startS3Server({ buckets: ['archive'] })])
    onTestFinished(async () => void (await Promise.all([postgres.stop(), s3.close()])))
    const proxy = await startFaultProxy({ target: `tcp://127.0.0.1:${new URL(s3.url).port}`, mode: 'tcp' })
    onTestFinished(async () => await proxy.close())
    const source = join(temporaryFolder(), 'source')
    await mkdir(source)
    await writeFolders(source, parcels)
    const { accessKeyId, secretAccessKey } = s3.credentials
    const reaching = (port: number) => ({
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_REGION: 'us-east-1',
    })
    const urls = { queue: postgres.url, database: postgres.url }
    const direct = { ...process.env, GANTRY_QUEUE: urls.queue, GANTRY_DATABASE: urls.database }
    const args = [bin, 'fleet', 'submit', source, 's3://archive/new', '--by', 'folder', '--json']
    const env = { ...direct, ...reaching(proxy.port) }
    const { stdout } = await promisify(execFile)(process.execPath, args, { env })
    const { run } = JSON.parse(stdout) as { run: string }
    const ledger = await openLedger(postgres.url)
    onTestFinished(async () => await ledger.close())
    const summary = async () => await ledger.summary(await ledger.run(run))
    const until = async (count: number) => {
      while ((await summary()).parts.verified < count) await sleep(50)
    }

    const worker = new WorkerProcess(urls, ['--jobs', '4'], reaching(proxy.port))
    onTestFinished(async () => await worker.kill9())
    await until(10)
    // Connections that break, and connections of which nothing is heard any more.
    proxy.partition()
    await sleep(1500)
    const during = (await summary()).parts.verified
    proxy.reset()
    proxy.heal()
    await until(Math.max(30, during + 10))
    proxy.partition()
    await sleep(1500)
    proxy.heal()
    await until(parcels)
    await expect
      .poll(async () => (await summary()).studies, { timeout: 60_000 })
      .toEqual({ queued: 0, done: parcels, failed: 0, cancelled: 0 })
    expect(during).toBeLessThan(parcels)
    expect((await summary()).repeated).toBe(0)
    expect(await worker.stop()).toBe(0)
    // Both sides are read, the destination not by way of the proxy.
    const reading = { ...direct, ...reaching(Number(new URL(s3.url).port)) }
    const verified = await promisify(execFile)(
      process.execPath,
      [bin, 'verify', source, 's3://archive/new', '--json'],
      {
        env: reading,
      },
    )
    expect(verified.stdout).toContain('"type":"result"')
  },
)
