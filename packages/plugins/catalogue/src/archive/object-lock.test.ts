import { CreateBucketCommand, GetObjectRetentionCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3'
import { bytesOf, isGantryError, Store } from '@gantry/core'
import { s3 } from '@gantry/s3'
import { startS3Server } from '@gantry/testkit/s3-server'
import { nodeHashing } from '@gantry/transfer'
import { expect, onTestFinished, test } from 'vitest'

import { audit } from '../audit/audit.ts'
import { makeKey } from '../keys/catalogue-key.ts'
import { saveKey } from '../keys/key-rows.ts'
import { repairManifests } from '../manifests/repair-manifests.ts'
import { archiveAll, folderStore, put } from '../testing/archive-rig.ts'
import { all, temporaryCatalogue, temporaryFolder } from '../testing/temporary-catalogue.ts'

test('S3 itself refuses to remove what was archived with retention, manifests too', { timeout: 120_000 }, async () => {
  const server = await startS3Server({ minimumPartSize: 5 * 1024 * 1024 })
  const client = new S3Client(server.clientConfig)
  await client.send(new CreateBucketCommand({ Bucket: 'locked', ObjectLockEnabledForBucket: true }))
  client.destroy()
  const { url: endpoint, region, credentials } = server
  const open = async () => new Store(s3({ bucket: 'locked', endpoint, region, credentials, retention: 'compliance' }))
  const to = await open()
  onTestFinished(async () => {
    await to.close()
    await server.close()
  })
  const source = temporaryFolder()
  await put(source, 'small.dcm', 'small')
  // In parts.
  await put(source, 'large.dcm', new Uint8Array(20_000_000).fill(1))
  const until = Math.floor(Date.now() / 1000) * 1000 + 7 * 365 * 86_400_000
  const catalogue = temporaryCatalogue()
  const request = { catalogue, from: folderStore(source), to, location: 's3:', session: { name: 's' } }
  const key = await makeKey('secret')
  await saveKey(catalogue, key)
  const settled = await archiveAll({ ...request, key, spec: { retainUntil: until } })
  expect(settled).toMatchObject({ sent: 2, manifests: 1 })
  const paths = (await all(to.list())).map(({ path }) => path)
  expect(paths).toHaveLength(4)
  for (const path of paths) {
    expect([path, await to.retainedUntil(path)]).toEqual([path, until])
    const refused = await to.remove(path).catch((error: unknown) => isGantryError(error) && error.code)
    expect(refused).toBe('permission_denied')
  }
  const later = until + 86_400_000
  await archiveAll({ ...request, key, session: { name: 'later' }, spec: { retainUntil: later } })
  const keys = (await all(to.list({ prefix: '.gantry/keys' }))).map(({ path }) => path)
  for (const path of ['small.dcm', ...keys]) expect([path, await to.retainedUntil(path)]).toEqual([path, later])
  expect(await catalogue.at('s3:', 'large.dcm')).toMatchObject({
    retainUntil: later,
    told: { crc32c: expect.any(String) },
  })

  const looked = { catalogue, open, hashing: nodeHashing, signal: new AbortController().signal }
  const findings: string[] = []
  const onFinding = ({ kind, path }: { kind: string; path: string }) => void findings.push(`${kind} ${path}`)
  const result = await audit({ ...looked, onFinding })
  // The checksum that S3 keeps says it all: nothing but the manifests is read.
  expect([findings, result.proofs.stat, result.manifests]).toEqual([[], 2, 2])
  expect(result.read).toBeLessThan(10_000)

  // Written over, a manifest is retained as its entries are.
  const [manifest = ''] = (await all(to.list({ prefix: '.gantry/manifests' }))).map(({ path }) => path)
  await to.write({ path: manifest, size: 5 }, bytesOf(new TextEncoder().encode('hello')))
  expect((await audit(looked)).findings).toBe(1)
  const about = { catalogue, store: to, location: 's3:', who: 'ada' }
  const repaired = (await repairManifests({ ...about, broken: new Set([manifest]) })) ?? []
  expect(repaired).not.toEqual([])
  for (const path of repaired) expect([path, await to.retainedUntil(path)]).toEqual([path, later])
  expect((await audit(looked)).findings).toBe(0)
})

test('what moves to another class is retained there, and leaves no version behind that is retained for longer', async () => {
  const Bucket = 'locked'
  const server = await startS3Server()
  const client = new S3Client(server.clientConfig)
  await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }))
  const { url: endpoint, region, credentials } = server
  const options = { bucket: Bucket, endpoint, region, credentials, storageClasses: ['STANDARD', 'STANDARD_IA'] }
  const to = new Store(s3({ ...options, retention: 'compliance' }))
  onTestFinished(async () => {
    await to.close()
    client.destroy()
    await server.close()
  })
  const source = temporaryFolder()
  await put(source, 'a', 'hello')
  const catalogue = temporaryCatalogue()
  const request = { catalogue, from: folderStore(source), to, location: 's3:', session: { name: 's' } }
  const [until, later] = [Date.UTC(2040, 0), Date.UTC(2041, 0)]
  await archiveAll({ ...request, spec: { retainUntil: until } })
  await archiveAll({ ...request, spec: { retainUntil: later, tier: 'STANDARD_IA' } })
  const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'a' }))
  const retained: unknown[] = []
  for (const { Key, VersionId, StorageClass, IsLatest } of Versions) {
    const { Retention } = await client.send(new GetObjectRetentionCommand({ Bucket, Key, VersionId }))
    retained.push([StorageClass, IsLatest, Retention?.RetainUntilDate?.getTime()])
  }
  expect(retained).toEqual([
    ['STANDARD_IA', true, later],
    ['STANDARD', false, until],
  ])
  // To the class alone, it takes its retention along.
  await archiveAll({ ...request, spec: { tier: 'STANDARD' } })
  expect([(await to.stat('a')).tier, await to.retainedUntil('a')]).toEqual(['STANDARD', later])
})

test('a version that was written over is told by what the storage says of it', async () => {
  const server = await startS3Server({ buckets: ['plain'] })
  const { url: endpoint, region, credentials } = server
  const open = async () => new Store(s3({ bucket: 'plain', endpoint, region, credentials }))
  const to = await open()
  onTestFinished(async () => {
    await to.close()
    await server.close()
  })
  const source = temporaryFolder()
  await put(source, 'a', 'hello')
  const catalogue = temporaryCatalogue()
  await archiveAll({ catalogue, from: folderStore(source), to, location: 's3:', session: { name: 's' } })
  await to.write({ path: 'a', size: 5 }, bytesOf(new TextEncoder().encode('hellO')))
  const options = { catalogue, open, hashing: nodeHashing, signal: new AbortController().signal }
  const findings: string[] = []
  expect(await audit({ ...options, onFinding: ({ kind }) => void findings.push(kind) })).toMatchObject({ read: 0 })
  expect(findings).toEqual(['corrupt'])
})
