import { symlink } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

import { expect, test } from 'vitest'

import { spawnGantry } from '../../../testing/bin.ts'
import { IgtBench } from '../../../testing/igt-bench.ts'

const patience = 180_000

test('--submit signs every study off, once', { timeout: patience }, async () => {
  await using cloud = await IgtBench.open()
  await cloud.bench.fill('up/Hospital A/p---one', 2)
  await cloud.bench.fill('up/Hospital B/p---two', 2)
  expect(await cloud.igt(['upload', 'up', 'Project', '--submit'])).toMatchObject({ code: 0 })
  expect([...cloud.server.state.submitted].sort()).toEqual(['h1-s1', 'h2-s2'])
})

test('studies whose files are all there are signed off, and the others are named', { timeout: patience }, async () => {
  await using cloud = await IgtBench.open()
  await cloud.bench.fill('up/Hospital A/p---one', 2)
  await cloud.bench.write('up/Hospital B/p---two/dicom/a.dcm', 'in its place')
  await cloud.bench.write('up/Hospital B/p---two/beside.txt', 'in none')
  const argv = ['upload', 'up', 'Project', '--submit']
  const first = await cloud.igt(argv)
  expect(first).toMatchObject({ code: 1 })
  expect(first.stdout).toContain('because its study has a folder files or dicom')
  expect(first.stdout).toContain('Signed off: 1 study')
  expect(first.stdout).toMatch(/Not signed off:\n {2}Hospital B\/p---two: not all of its files are there/u)
  expect(cloud.server.state.submitted).toEqual(['h1-s1'])
})

test('a study of which a file was refused when it was listed is not signed off', { timeout: patience }, async () => {
  await using cloud = await IgtBench.open()
  await cloud.bench.fill('up/Hospital A/p---one', 2)
  await cloud.bench.fill('up/Hospital A/p---two', 1)
  await cloud.bench.write('elsewhere.txt', 'a')
  await symlink(cloud.bench.path('elsewhere.txt'), cloud.bench.path('up/Hospital A/p---one/linked.txt'))
  const sent = await cloud.igt(['upload', 'up', 'Project', '--submit'])
  expect(sent).toMatchObject({ code: 1 })
  expect(sent.stdout).toContain('Hospital A/p---one: not all of its files are there')
  expect(sent.stdout).toContain('Signed off: 1 study')
  expect(cloud.server.state.submitted).toHaveLength(1)
})

test('a sign-off that is denied is told with what has arrived', { timeout: patience }, async () => {
  await using cloud = await IgtBench.open()
  await cloud.bench.fill('up/Hospital A/p---one', 2)
  cloud.server.controls.denied.push({ path: 'electronic-record-state' })
  const denied = await cloud.igt(['upload', 'up', 'Project', '--submit', '--manifest', 'list.csv'])
  expect(denied).toMatchObject({ code: 3 })
  expect(denied.stdout).toMatch(/Hospital A\/p---one: this user may not sign it off/u)
  expect(denied.stdout).toMatch(/2 (?:files|entries)/u)
  expect(await cloud.bench.files('.')).toContain('list.csv')
  cloud.server.controls.denied.length = 0
  const again = await cloud.igt(['upload', 'up', 'Project', '--submit', '--json'])
  expect(again.json).toContainEqual({ type: 'sign-off', signed: ['Hospital A/p---one'], before: [], unsigned: [] })
  expect(cloud.server.state.submitted).toEqual(['h1-s1'])
})

test(
  'killed between a sign-off and its answer: the next run signs off the others, and no study twice',
  { timeout: patience },
  async () => {
    await using cloud = await IgtBench.open()
    const { server, bench } = cloud
    await bench.fill('up/Hospital A/p---one', 2)
    await bench.fill('up/Hospital B/p---two', 2)
    const options = { cwd: bench.folder, env: cloud.env, input: 'password\n' }
    const argv = ['igt', 'upload', 'up', 'Project', '--submit', '--domain', server.url, '--user', 'user', '--json']
    server.controls.failures.push({ path: 'electronic-record-state', method: 'POST', status: 'silence', after: true })
    let kill = () => {}
    const killed = spawnGantry(argv, { ...options, watch: (_text, child) => (kill = () => child.kill('SIGKILL')) })
    while (server.state.submitted.length === 0) await sleep(5)
    kill()
    expect((await killed).code).toBe('SIGKILL')
    const again = await spawnGantry(argv, options)
    expect(again.code).toBe(0)
    expect(again.stdout).toContain('"signed":["Hospital B/p---two"],"before":["Hospital A/p---one"],"unsigned":[]')
    expect(server.state.submitted).toEqual(['h1-s1', 'h2-s2'])
  },
)

test('a sign-off whose answer is lost is done, and not done again', { timeout: patience }, async () => {
  await using cloud = await IgtBench.open()
  await cloud.bench.fill('up/Hospital A/p---one', 2)
  cloud.server.controls.failures.push(
    { path: 'electronic-record-state', method: 'POST', status: 503 },
    { path: 'electronic-record-state', method: 'POST', status: 'hangup', after: true },
  )
  const sent = await cloud.igt(['upload', 'up', 'Project', '--submit', '--json'])
  expect(sent).toMatchObject({ code: 0 })
  expect(sent.json).toContainEqual({ type: 'sign-off', signed: ['Hospital A/p---one'], before: [], unsigned: [] })
  expect(cloud.server.controls.failures).toEqual([])
  expect(cloud.server.state.submitted).toEqual(['h1-s1'])
})

test('what is signed off stays so, and nobody is asked for the password', { timeout: patience }, async () => {
  await using cloud = await IgtBench.open()
  await cloud.bench.fill('up/Hospital A/p---one', 2)
  const argv = ['upload', 'up', 'Project', '--submit', '--domain', cloud.server.url]
  expect(await cloud.igt(['upload', 'up', 'Project', '--submit'])).toMatchObject({ code: 0 })
  const { jwt, csrf } = cloud.server.state.login('user', false)
  const env = { CLOUD_JWT_TOKEN: jwt, CLOUD_CSRF_TOKEN: csrf }
  const again = await cloud.raw(argv, { env })
  expect(again).toMatchObject({ code: 0 })
  expect(again.stdout).toContain('Signed off before: 1 study')
  expect(cloud.server.state.submitted).toEqual(['h1-s1'])
})

test(
  'after a password that is wrong, the others are named too, and it is not sent again',
  { timeout: patience },
  async () => {
    await using cloud = await IgtBench.open()
    await cloud.bench.fill('up/Hospital A/p---one', 1)
    expect(await cloud.igt(['upload', 'up', 'Project', '--submit'])).toMatchObject({ code: 0 })
    for (const study of ['two', 'three']) await cloud.bench.fill(`up/Hospital A/p---${study}`, 1)
    const { jwt, csrf } = cloud.server.state.login('user', false)
    const env = { CLOUD_JWT_TOKEN: jwt, CLOUD_CSRF_TOKEN: csrf }
    const argv = ['upload', 'up', 'Project', '--submit', '--domain', cloud.server.url, '--json']
    const from = cloud.server.requests.length
    const sent = await cloud.raw(argv, { env, input: 'wrong\n' })
    expect(sent).toMatchObject({ code: 3 })
    const told = sent.json.find(({ type }) => type === 'sign-off')
    const why = 'the cloud did not take the password, which it wants once more for that'
    const unsigned = ['two', 'three'].map((name) => ({
      folder: `Hospital A/p---${name}`,
      code: 'unauthenticated',
      why,
    }))
    expect(told).toMatchObject({ signed: [], before: ['Hospital A/p---one'] })
    expect(new Set(told?.['unsigned'] as readonly unknown[])).toEqual(new Set(unsigned))
    const asked = cloud.server.requests.slice(from).filter(({ path }) => path.endsWith('electronic-record-state'))
    expect(new Set(asked.map(({ path }) => path)).size).toBe(1)
  },
)
