import { bytesOf, collect, Store } from '@gantry/core'
import { s3 } from '@gantry/s3'
import { afterEach, expect, test } from 'vitest'

import { openRig, type Rig } from './testing/rig.ts'

let rig: Rig | undefined
afterEach(async () => await rig?.close())

const text = (value: string) => ({ size: value.length, body: bytesOf(Buffer.from(value)) })

async function put({ store }: { store: ReturnType<Rig['store']> }, path: string, value: string): Promise<void> {
  const { size, body } = text(value)
  await store.write({ path, size }, body)
}

const runs = process.env['GANTRY_TEST_EXTRA'] === undefined ? 2 : 20

test(
  `defect 2: ${runs} runs of two clients that send 8 studies of 50 files side by side: no race`,
  { timeout: 600_000 },
  async () => {
    for (let run = 0; run < runs; run += 1) {
      rig = await openRig()
      const [one, other] = [rig.store(), rig.store()]
      const files = Array.from({ length: 400 }, (_, index) => `Hospital A/pat${index % 8}---study/${index}.txt`)
      const lanes = Array.from({ length: 32 }, async (_, lane) => {
        for (let index = lane; index < files.length; index += 32) {
          const path = files[index] ?? ''
          // Both begin with every study at the same moment.
          await put({ store: Math.floor(index / 8) % 2 === 0 ? one : other }, path, path)
        }
      })
      await Promise.all(lanes)
      expect(rig.server.state.studies).toHaveLength(8)
      const found: string[] = []
      for await (const { path } of one.list()) found.push(path)
      expect(found.sort()).toEqual([...files].sort())
      await Promise.all([one.close(), other.close()])
      if (run < runs - 1) await rig.close()
    }
  },
)

test('a study is found by its study.json, wherever its folder is, and two folders never share one', async () => {
  rig = await openRig()
  const first = rig.store()
  await put({ store: first }, 'Hospital A/pat---one/a', 'a')
  const [study] = rig.server.state.studies
  const documents = new Map([
    ['Hospital A/renamed---folder', { studyDatabaseId: study?.studyDatabaseId }],
    ['Hospital A/copied---folder', { studyDatabaseId: study?.studyDatabaseId }],
  ])
  const second = rig.store({ studyDocuments: documents })
  await put({ store: second }, 'Hospital A/renamed---folder/b', 'b')
  expect(rig.server.state.studies).toHaveLength(1)
  await expect(put({ store: second }, 'Hospital A/copied---folder/c', 'c')).rejects.toMatchObject({ code: 'invalid' })
  await first.close()
  await second.close()
})

test('a new study has what its study.json says, and study.json is no file of it', async () => {
  rig = await openRig()
  const store = rig.store({ documents: true })
  const document = { study_database_id: 'elsewhere', description: 'kept', patient: { patientId: 'P', s3Prefix: 'x' } }
  await put({ store }, 'Hospital A/pat---one/study.json', JSON.stringify(document))
  const [study] = rig.server.state.studies
  expect(study).toMatchObject({ description: 'kept', patient: { patientId: 'P' }, studyType: 'AnnotationStudy' })
  expect(study?.['patient']).not.toHaveProperty('s3Prefix')
  const { body } = await store.read('Hospital A/P---one/study.json').catch(async () => {
    return await store.read('Hospital A/pat---one/study.json')
  })
  expect(JSON.parse(new TextDecoder().decode(await collect(body)))).toMatchObject({ description: 'kept' })
  expect(rig.server.requests.filter(({ area }) => area === 'data')).toEqual([])
  await store.close()
})

test('folders that fit several studies are refused instead of guessed', async () => {
  rig = await openRig()
  const [institute] = rig.server.state.institutes
  if (institute === undefined) throw new Error('There is no institute.')
  const patient = { patientName: 'pat' }
  for (let count = 0; count < 2; count += 1) rig.server.state.createStudy(institute, { studyType: 'Study', patient })
  const store = rig.store()
  await expect(put({ store }, 'Hospital A/pat/a', 'a')).rejects.toMatchObject({ code: 'invalid' })
  await store.close()
})

test('one call announces many files, one tells of each that came, and keys are asked for once a study', async () => {
  rig = await openRig()
  const store = rig.store()
  await Promise.all(
    Array.from({ length: 40 }, async (_, index) => await put({ store }, `Hospital A/pat---one/${index}`, 'abc')),
  )
  const count = (method: string, end: string) =>
    rig?.server.requests.filter((one) => one.area === 'api' && one.method === method && one.path.endsWith(end)).length
  expect(count('POST', '/files')).toBeLessThanOrEqual(20)
  expect(count('POST', '$file-upload-completed')).toBe(40)
  expect(count('GET', '/s3credentials')).toBe(1)
  expect(count('POST', '/studies')).toBe(1)
  await store.close()
})

test('of files that were expected, nothing but the file itself is asked when they come', async () => {
  rig = await openRig()
  const { server } = rig
  const store = rig.store()
  const files = Array.from({ length: 40 }, (_, index) => `Hospital A/pat${index % 2}---study/${index}`)
  const expected = files.map((path) => ({ path, size: 3 }))
  await store.expect('write', [...expected, { path: 'Hospital A/pat0---study/never', size: 3 }])
  expect(server.state.studies).toHaveLength(2)
  const before = server.requests.length
  await Promise.all(files.map(async (path) => await put({ store }, path, 'abc')))
  const later = server.requests
    .slice(before)
    .map(({ area, method, path }) => `${area} ${method} ${path.split('/').at(-1)}`)
  expect(later.filter((one) => one === 'api POST $file-upload-completed')).toHaveLength(40)
  expect(later.filter((one) => one.startsWith('data PUT '))).toHaveLength(40)
  expect(later).toHaveLength(80)
  const found: string[] = []
  for await (const { path } of store.list()) found.push(path)
  expect(found.sort()).toEqual([...files].sort())
  await store.close()
})

test('a file that comes otherwise than it was expected is told anew', async () => {
  rig = await openRig()
  const { server } = rig
  const store = rig.store()
  const path = 'Hospital A/pat---one/a'
  const told = () => server.requests.filter((one) => one.method === 'POST' && one.path.endsWith('/files')).length
  await store.expect('write', [{ path, size: 4 }])
  await put({ store }, path, 'abc')
  expect(told()).toBe(2)
  // What could not be told early is told when the file comes.
  server.controls.failures.push({ path: '/files', method: 'POST', status: 400 })
  await expect(store.expect('write', [{ path, size: 3 }])).rejects.toMatchObject({ code: 'invalid' })
  await put({ store }, path, 'abc')
  expect(told()).toBe(4)
  // What was told is told once: the next time that the file comes is another.
  await put({ store }, path, 'abc')
  expect(told()).toBe(5)
  await store.close()
})

test('keys to what is soon to be read are asked for before', async () => {
  rig = await openRig()
  const { server } = rig
  const store = rig.store()
  await put({ store }, 'Hospital A/pat---one/a', 'abc')
  await store.expect('read', [{ path: 'Hospital A/pat---one/a' }])
  const before = server.requests.length
  const { body } = await store.read('Hospital A/pat---one/a')
  expect(new TextDecoder().decode(await collect(body))).toBe('abc')
  expect(server.requests.slice(before).map(({ area, method }) => `${area} ${method}`)).toEqual(['data GET'])
  await expect(store.expect('read', [{ path: 'Hospital A/nobody---none/a' }])).rejects.toMatchObject({
    code: 'not_found',
  })
  await store.close()
})

test('a service, which may not fetch, is told by the listing what is there', async () => {
  rig = await openRig()
  const cloud = rig.cloud()
  const { serviceId, privateKey } = await cloud.createService('h1', 'uploader')
  const store = rig.store({ cloud: rig.cloud({ serviceId, privateKey: privateKey ?? '' }) })
  await put({ store }, 'Hospital A/pat---one/a', 'abc')
  expect(await store.stat('Hospital A/pat---one/a')).toEqual({ path: 'Hospital A/pat---one/a', size: 3 })
  await expect(store.read('Hospital A/pat---one/a')).rejects.toMatchObject({ code: 'permission_denied' })
  await store.close()
  cloud.close()
})

test('files are found by the folder that they were sent from, whatever the cloud calls their study', async () => {
  rig = await openRig()
  const store = rig.store({ root: 'Hospital A' })
  const given = ['bare/a', 'bare/deep/b', 'pat---one/c']
  for (const path of given) await put({ store }, path, 'abc')
  const listed: string[] = []
  for await (const { path } of store.list()) listed.push(path)
  expect(listed.sort()).toEqual(['bare---study1/a', 'bare---study1/deep/b', 'pat---one/c'])
  const again = rig.store({ root: 'Hospital A' })
  const before = rig.server.requests.length
  // What is listed as it was asked for is not asked for again, and what has no place is none.
  const asked = [...given, 'bare/new', 'nobody/x', ...listed, '../x']
  expect(await again.findRenamed(asked)).toEqual([
    { path: 'bare/a', size: 3 },
    { path: 'bare/deep/b', size: 3 },
  ])
  expect(rig.server.requests.slice(before).filter(({ path }) => path.endsWith('/files'))).toHaveLength(1)
  await store.close()
  await again.close()
})

test.each([true, false])(
  'what igtcloud has sent of a study.json as data is left out, and told: documents %s',
  async (documents) => {
    rig = await openRig()
    const store = rig.store({ documents })
    await put({ store }, 'Hospital A/pat---one/a', 'a')
    const { url: endpoint, credentials, region } = rig.s3
    const data = new Store(s3({ endpoint, bucket: 'igt', region, credentials }))
    const keys: string[] = []
    for await (const { path } of data.list()) keys.push(path)
    const sent = keys.find((key) => key.endsWith('files/a')) ?? ''
    await put({ store: data }, sent.replace(/a$/u, 'study.json'), '{"description":"old"}')
    const troubles: string[] = []
    const found: string[] = []
    const onTrouble = ({ study, kind }: { study: string; kind: string }) => void troubles.push(`${study} ${kind}`)
    for await (const { path } of store.list({}, { onTrouble })) found.push(path)
    const document = documents ? ['Hospital A/pat---one/study.json'] : []
    expect(found.sort()).toEqual(['Hospital A/pat---one/a', ...document])
    expect(troubles).toEqual(['Hospital A/pat---one document-as-data'])
    for (const path of found) await collect((await store.read(path)).body)
    await Promise.all([store.close(), data.close()])
  },
)
