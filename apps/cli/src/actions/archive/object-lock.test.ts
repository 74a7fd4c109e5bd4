import { readFile } from 'node:fs/promises'

import { CreateBucketCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { startS3Server } from '@gantry/testkit/s3-server'
import { expect, onTestFinished, test } from 'vitest'

import { withEnvironment } from '../../../testing/with-environment.ts'
import { Workbench } from '../../../testing/workbench.ts'

const documents = ['README.md', 'apps/cli/README.md', 'docs/guides/archive-for-seven-years.md']

test.each(documents)(
  'the command that archives with retention works as %s has it',
  { timeout: 120_000 },
  async (file) => {
    const text = await readFile(new URL(`../../../../../${file}`, import.meta.url), 'utf8')
    const command = /gantry (archive \S+ s3:\/\/archive\/2026 .*--retain 7y.*)/u.exec(text)?.[1] ?? ''
    const source = /^archive \.\/(\S+)/u.exec(command)?.[1] ?? ''
    const mode = /retention=(\S+)/u.exec(command)?.[1] ?? 'none'
    const { url, credentials, client } = await lockedBucket()
    await using bench = await Workbench.make()
    await bench.fill(source, 2)
    const { accessKeyId, secretAccessKey } = credentials
    const env = {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_ENDPOINT_URL: url,
      AWS_REGION: 'us-east-1',
      GANTRY_PASSPHRASE: 'correct horse',
    }
    await withEnvironment(env, async () => {
      // What only this server has to be told: which classes it knows, as AWS need not be.
      const argv = [...command.split(/\s+/u), '--to-option', 'storageClasses=STANDARD,GLACIER_IR']
      expect(await bench.gantry(argv, { env })).toMatchObject({ code: 0 })
      expect(await bench.gantry(['audit', '--sweep'], { env })).toMatchObject({ code: 0 })
    })
    const head = await client.send(new HeadObjectCommand({ Bucket: 'archive', Key: '2026/0001.dcm' }))
    expect(head).toMatchObject({ ObjectLockMode: mode.toUpperCase(), StorageClass: 'GLACIER_IR' })
    expect(head.ObjectLockRetainUntilDate?.getUTCFullYear()).toBe(new Date().getUTCFullYear() + 7)
  },
)

test('retention without the option that says how is refused, and the option named', async () => {
  await using bench = await Workbench.make()
  await bench.fill('study', 1)
  const argv = ['archive', 'study', 's3://archive/2026?region=us-east-1', '--retain', '7y', '--no-manifest']
  expect(await bench.gantry(argv)).toMatchObject({ code: 2, stderr: expect.stringContaining('retention=governance') })
})

test('a bucket without Object Lock is told of once, before a passphrase is asked for and a job begins', async () => {
  const { url, credentials } = await lockedBucket(false)
  await using bench = await Workbench.make()
  await bench.fill('study', 3)
  const { accessKeyId, secretAccessKey } = credentials
  const env = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }
  await withEnvironment(env, async () => {
    const place = `s3://archive/2026?region=us-east-1&endpoint=${url}`
    const argv = ['archive', 'study', place, '--to-option', 'retention=governance', '--retain', '7y']
    const refused = await bench.gantry(argv, { env, terminal: 100 })
    expect(refused).toMatchObject({ code: 1, questions: [], stdout: '' })
    expect(refused.stderr.match(/no Object Lock/gu)).toHaveLength(1)
    expect((await bench.gantry(['jobs', '--json'])).json).toEqual([])
  })
})

test('a tier where no classes are known is refused before a passphrase is asked for', async () => {
  await using bench = await Workbench.make()
  await bench.fill('study', 1)
  for (const [place, said] of [
    ['s3://archive/2026?region=us-east-1&endpoint=http://127.0.0.1:1', 'storageClasses=STANDARD_IA'],
    ['shelf', 'leave --tier out'],
  ] as const) {
    const refused = await bench.gantry(['archive', 'study', place, '--tier', 'cold'], { terminal: 100 })
    expect(refused).toMatchObject({ code: 2, questions: [], stderr: expect.stringContaining(said) })
  }
})

async function lockedBucket(ObjectLockEnabledForBucket = true) {
  const server = await startS3Server()
  const client = new S3Client(server.clientConfig)
  onTestFinished(async () => {
    client.destroy()
    await server.close()
  })
  await client.send(new CreateBucketCommand({ Bucket: 'archive', ObjectLockEnabledForBucket }))
  return { url: server.url, credentials: server.credentials, client }
}
