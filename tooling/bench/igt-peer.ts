import { readFile, readdir, writeFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { igtOperations, IgtCloud } from '@gantry/igt'

// Does what igtcloud does with its defaults: four studies at a time, four files of each, and for every file one round
// trip after the other. MODE DOMAIN FOLDER INSTITUTE JWT CSRF
const [mode = '', domain = '', folder = '', institute = '', jwt = '', csrf = ''] = process.argv.slice(2)
const login = { tokens: async () => ({ jwt, csrf, expires: Date.now() + 3_600_000 }) }
const cloud = new IgtCloud({ domain, login })
const [project] = await cloud.projects()
const found = (await cloud.institutes(project?.id)).find((one) => one.name === institute)
if (project === undefined || found === undefined) throw new Error('There is no such institute.')
const root = join(folder, institute)
const existing = await cloud.studies(found.id)

async function workers<Item>(items: readonly Item[], count: number, work: (item: Item) => Promise<void>) {
  const queue = [...items]
  const lane = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: count }, lane))
}

async function storageOf(prefix: string, action: 'GET' | 'PUT') {
  const { policyCredentials } = await cloud.ask(igtOperations.credentials, { query: { prefix, action } })
  const keys = policyCredentials[0]?.credentials
  if (keys === undefined) throw new Error('No keys were given.')
  const credentials = {
    accessKeyId: keys.accessKey,
    secretAccessKey: keys.secretKey,
    sessionToken: keys.sessionToken,
  }
  const client = new S3Client({ endpoint: domain, region: 'us-east-1', forcePathStyle: true, credentials })
  return { client, Bucket: keys.bucket }
}

if (mode === 'up') {
  await workers(await readdir(root), 4, async (name) => {
    const body = {
      studyType: 'AnnotationStudy',
      instituteId: found.id,
      patient: { patientId: name, patientName: name },
    }
    const study = existing.find((one) => one.patient?.patientName === name) ?? (await cloud.createStudy(found.id, body))
    const path = { institute: found.id, study: study.studyDatabaseId }
    const there = new Map(
      (await cloud.studyFiles(found.id, study.studyDatabaseId, false)).files?.map((one) => [one.key, one.fileSize]),
    )
    const prefix = `${study.s3Prefix}files/`
    const { client, Bucket } = await storageOf(prefix, 'PUT')
    await workers(await readdir(join(root, name)), 4, async (file) => {
      const Body = await readFile(join(root, name, file))
      const Key = `${prefix}${file}`
      // igtcloud leaves it at the size; a round trip for every file here too, as whoever wants to know must make one.
      if (there.get(Key) === Body.length) {
        await client.send(new HeadObjectCommand({ Bucket, Key }))
        return
      }
      await cloud.ask(igtOperations.announceStudyFiles, { path, body: [{ key: Key, fileSize: Body.length }] })
      await client.send(new PutObjectCommand({ Bucket, Key, Body, ServerSideEncryption: 'AES256' }))
      await cloud.ask(igtOperations.completeFile, { path, body: { uploadedPath: file, triggerAction: true } })
    })
    client.destroy()
  })
} else {
  await workers(existing, 4, async (study) => {
    const { files } = await cloud.studyFiles(found.id, study.studyDatabaseId, false)
    const { client, Bucket } = await storageOf(`${study.s3Prefix}files/`, 'GET')
    const target = join(root, study.studyDatabaseId)
    await mkdir(target, { recursive: true })
    await workers(files ?? [], 4, async ({ key: Key, fileName }) => {
      await client.send(new HeadObjectCommand({ Bucket, Key }))
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }))
      await writeFile(join(target, fileName), (await Body?.transformToByteArray()) ?? '')
    })
    client.destroy()
  })
}
cloud.close()
