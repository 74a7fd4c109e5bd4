import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { collect, Store, type StoreDriver } from '@gantry/core'
import { realS3Servers } from '@gantry-tooling/servers/vitest'
import { fs } from '@gantry/fs'
import { gcs } from '@gantry/gcs'
import { s3 } from '@gantry/s3'
import { startGcsServer } from '@gantry/testkit/gcs-server'
import { nodeHashing } from '@gantry/transfer'
import { afterAll, describe, expect, test } from 'vitest'

import { checkCod, cod } from './index.ts'
import { parseEntryPath, pathsOf } from './series/series-name.ts'
import { slowSeries } from './testing/slow-series.ts'
import { fetchFrom, type ImageFile, Killed, storeAll } from './testing/store-all.ts'

const mebibyte = 1024 * 1024
const files = await slowSeries()
const { name } = parseEntryPath(files[0]?.path ?? '') ?? { name: { study: '', series: '' } }

async function expectStored(given: Store, driver: StoreDriver, some: readonly ImageFile[]): Promise<void> {
  const expected = new Map(some.map(({ path, bytes }) => [path, bytes]))
  const refs = some.map(({ path }) => ({ path }))
  let count = 0
  for await (const one of fetchFrom(driver, refs)) {
    if ('error' in one) throw one.error
    expect(Buffer.from(await collect(one.body)).equals(expected.get(one.entry.path) ?? new Uint8Array(0))).toBe(true)
    count += 1
  }
  expect(count).toBe(some.length)
  for await (const result of checkCod(given)) {
    expect(result).toMatchObject({ type: 'series', errors: 0, warnings: 0, instances: some.length })
  }
  for await (const upload of given.uploads?.unfinished() ?? []) expect(upload).toBeUndefined()
}

function describeGiven(title: string, conditional: boolean, open: () => Promise<StoreDriver>): void {
  describe(`a given store ${title}`, { timeout: 120_000 }, () => {
    test('a series is stored, added to and read', async () => {
      const given = new Store(await open())
      const driver = cod(given, { hashing: nodeHashing, tarPartSize: mebibyte })
      await storeAll(driver, files.slice(0, 40))
      const outcomes = await storeAll(driver, files.slice(30))
      expect(outcomes.every((outcome) => 'entry' in outcome)).toBe(true)
      await expectStored(given, driver, files)
      await given.close()
    })

    test('one that was given up in the middle is gone on with', async () => {
      const given = new Store(await open())
      let saved = ''
      const options = { tarPartSize: 6 * mebibyte, hashing: nodeHashing }
      const killed = storeAll(cod(given, options), files, {
        save: async (state) => void (saved = state),
        // Once a part is known to be there: it goes out while more is added.
        before: async (index) => {
          if (index <= 45) return
          for (let look = 0; look < 50; look += 1) {
            if ((JSON.parse(saved) as { sent?: { parts: unknown[] } }).sent?.parts.length) throw new Killed()
            await setTimeout(50)
          }
        },
      })
      await expect(killed).rejects.toBeInstanceOf(Killed)
      const added: number[] = []
      const driver = cod(given, options)
      await storeAll(driver, files, { saved, before: (index) => added.push(index) })
      expect(added.length).toBeLessThan(40)
      await expectStored(given, driver, files)
      await given.close()
    })

    // Without conditional writes, a lock is only as good as the time between two looks at it.
    test.skipIf(!conditional)('writers race', async () => {
      const given = await open()
      const persistently = async (some: readonly ImageFile[]) => {
        const driver = cod(new Store(given))
        for (let attempt = 0; attempt < 500; attempt += 1) {
          try {
            return await storeAll(driver, some)
          } catch (error) {
            if ((error as { code?: string }).code !== 'unavailable') throw error
            await setTimeout(20)
          }
        }
        throw new Error('The lock was never free.')
      }
      await Promise.all([
        persistently(files.slice(0, 25)),
        persistently(files.slice(20, 40)),
        persistently(files.slice(30)),
      ])
      await expectStored(new Store(given), cod(new Store(given)), files)
      expect(await new Store(given).find(pathsOf(name).lock)).toBeUndefined()
    })
  })
}

const folder = await mkdtemp(join(tmpdir(), 'cod-real-'))
afterAll(async () => await rm(folder, { recursive: true }))
describeGiven('in a folder', true, async () => fs({ root: join(folder, randomUUID()) }))

const google = await startGcsServer({ buckets: ['cod'], tokens: ['good'] })
afterAll(async () => await google.close())
describeGiven('on Google Cloud Storage', true, async () =>
  gcs({ bucket: 'cod', prefix: randomUUID(), endpoint: google.url, token: 'good', environment: {} }),
)

const servers = await realS3Servers()
for (const server of servers) {
  if (server.unavailable !== undefined) {
    test.skip(`on ${server.title}`, () => {})
    continue
  }
  const { endpoint, region, accessKey, secretKey } = server
  const credentials = { accessKeyId: accessKey, secretAccessKey: secretKey }
  // Old servers pass over conditions in silence.
  const conditional = server.features.flexibleChecksums
  describeGiven(`on ${server.title}`, conditional, async () => {
    const bucket = `gantry-cod-${randomUUID()}`
    const client = new S3Client({ endpoint, region, forcePathStyle: true, credentials: { ...credentials } })
    await client.send(new CreateBucketCommand({ Bucket: bucket }))
    client.destroy()
    return s3({ endpoint, region, bucket, credentials, conditional, prefix: 'v1.0/dicomweb' })
  })
}

test(
  'a process that is killed in the middle of a series leaves what another goes on with',
  { timeout: 120_000 },
  async () => {
    const root = join(folder, 'killed')
    const savedFile = join(folder, 'saved')
    const program = new URL('../testing/store-slowly.ts', import.meta.url).pathname
    const child = spawn(process.execPath, ['--conditions=@gantry/source', program, root, savedFile], {
      stdio: 'inherit',
    })
    const ended = new Promise((resolve) => void child.once('exit', resolve))
    const parts = () =>
      (JSON.parse(readFileSync(savedFile, 'utf8')) as { sent?: { parts: unknown[] } }).sent?.parts.length ?? 0
    while (!existsSync(savedFile) || parts() < 4) {
      if (child.exitCode !== null) throw new Error('It ended before it could be killed.')
      await setTimeout(5)
    }
    child.kill('SIGKILL')
    await ended
    const given = new Store(fs({ root }))
    expect(await given.find(pathsOf(name).tar)).toBeUndefined()
    expect(await given.find(pathsOf(name).lock)).toBeDefined()
    const driver = cod(given, { tarPartSize: mebibyte })
    // Whoever knows nothing of it finds the series locked.
    await expect(storeAll(driver, files)).rejects.toMatchObject({ code: 'unavailable' })
    const added: number[] = []
    await storeAll(driver, files, { saved: readFileSync(savedFile, 'utf8'), before: (index) => added.push(index) })
    expect(added.length).toBeLessThan(files.length - 10)
    await expectStored(given, driver, files)
  },
)
