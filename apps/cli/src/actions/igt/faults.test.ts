import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { rm, symlink } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'

import { expect, test } from 'vitest'

import { spawnGantry } from '../../../testing/bin.ts'
import { IgtBench } from '../../../testing/igt-bench.ts'
import type { Workbench } from '../../../testing/workbench.ts'

const patience = 180_000
const mebibyte = 1024 * 1024

/** Resolves once it holds. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(5)
}

/** Parts that are in the records of all jobs. */
function recordedParts(bench: Workbench): number {
  const journals = readdirSync(bench.path('jobs')).filter((name) => name.endsWith('.job'))
  return journals.reduce((sum, name) => {
    using database = new DatabaseSync(bench.path('jobs', name), { readOnly: true, timeout: 5000 })
    return sum + Number(database.prepare('SELECT count(*) AS parts FROM parts').get()?.['parts'])
  }, 0)
}

test('killed in mid-upload: what the storage has acknowledged is not sent again', { timeout: patience }, async () => {
  await using cloud = await IgtBench.open()
  const { server, bench } = cloud
  const [large, small] = [64 * mebibyte, 20 * 1000]
  await bench.write('up/Hospital A/p---s/large.dcm', randomBytes(large))
  await bench.fill('up/Hospital A/p---s/small', 20)
  const { jwt, csrf } = server.state.login('user', false)
  const env = { ...cloud.env, CLOUD_JWT_TOKEN: jwt, CLOUD_CSRF_TOKEN: csrf }
  const argv = ['igt', 'upload', 'up', 'Project', '--domain', server.url]
  const bodies = () => server.requests.filter(({ area, method }) => area === 'data' && method === 'PUT')
  const acknowledged = () => bodies().filter(({ answered }) => answered === 200)
  const isPart = ({ query }: { readonly query: string }) => query.includes('partNumber')
  let kill = () => {}
  const killed = spawnGantry([...argv, '--json'], {
    cwd: bench.folder,
    env,
    watch: (_text, child) => (kill = () => child.kill('SIGKILL')),
  })
  await until(() => acknowledged().filter(isPart).length >= 2)
  // From here on nothing is answered that has not come yet; what has, is answered, and written down.
  server.controls.delay = 600_000
  const came = bodies()
  await until(() => came.every(({ answered }) => answered !== undefined))
  const before = acknowledged()
  const parts = before.filter(isPart).length
  await until(() => recordedParts(bench) >= parts)
  kill()
  expect((await killed).code).toBe('SIGKILL')
  server.controls.delay = 0
  const from = bodies().length
  expect(await spawnGantry(argv, { cwd: bench.folder, env })).toMatchObject({ code: 0 })
  // Parts that were on their way when all answers ceased are sent again, and nothing else.
  const nameOf = ({ path, query }: { readonly path: string; readonly query: string }) => `${path}${query}`
  const again = bodies().slice(from).map(nameOf)
  expect(before.filter(isPart).length).toBeGreaterThanOrEqual(2)
  expect(before.map(nameOf).filter((one) => again.includes(one))).toEqual([])
  const all = acknowledged()
  expect(new Set(all.map(nameOf)).size).toBe(all.length)
  // Counted at the server; checksums and chunks are framed with some bytes more.
  const bytes = all.reduce((sum, one) => sum + (one.bytes ?? 0), 0)
  expect(bytes).toBeGreaterThanOrEqual(large + small)
  expect(bytes).toBeLessThan((large + small) * 1.01)
  expect(server.state.studies).toHaveLength(1)
  await cloud.igt(['download', 'down', 'Project'])
  expect(await cloud.tree('down')).toEqual(await cloud.tree('up'))
})

test(
  'killed before the cloud was told of files that came: it is told by the next run',
  { timeout: patience },
  async () => {
    await using cloud = await IgtBench.open()
    const { server, bench } = cloud
    await bench.fill('up/Hospital A/p---s', 6)
    const { jwt, csrf } = server.state.login('user', false)
    const env = { ...cloud.env, CLOUD_JWT_TOKEN: jwt, CLOUD_CSRF_TOKEN: csrf }
    const argv = ['igt', 'upload', 'up', 'Project', '--domain', server.url, '--concurrent-files', '6']
    const told = () => server.requests.filter(({ path }) => path.endsWith('$file-upload-completed'))
    server.controls.unanswered = '$file-upload-completed'
    let kill = () => {}
    const killed = spawnGantry([...argv, '--json'], {
      cwd: bench.folder,
      env,
      watch: (_text, child) => (kill = () => child.kill('SIGKILL')),
    })
    await until(() => told().length === 6)
    kill()
    expect((await killed).code).toBe('SIGKILL')
    server.controls.unanswered = undefined
    const { sent } = cloud
    expect(await spawnGantry(argv, { cwd: bench.folder, env })).toMatchObject({ code: 0 })
    expect(cloud.sent).toBe(sent)
    const names = told()
      .slice(6)
      .map(({ body }) => (body as { readonly uploadedPath: string }).uploadedPath)
    expect(new Set(names).size).toBe(6)
  },
)

test('sessions and keys that end in mid-upload are replaced', { timeout: patience }, async () => {
  await using cloud = await IgtBench.open()
  const { server, bench } = cloud
  for (const study of ['one', 'two', 'three']) await bench.fill(`up/Hospital A/p---${study}`, 30)
  const upload = cloud.igt(['upload', 'up', 'Project', '--concurrent-studies', '1'])
  await until(() => cloud.sent > 30)
  server.expireSessions()
  server.expireCredentials()
  expect(await upload).toMatchObject({ code: 0 })
  await cloud.igt(['download', 'down', 'Project'])
  expect(await cloud.tree('down')).toEqual(await cloud.tree('up'))
})

test('connections that are lost, with answers or before, cost nothing but time', { timeout: patience }, async () => {
  await using cloud = await IgtBench.open()
  const { server, bench } = cloud
  await bench.fill('up/Hospital A/p---s', 30)
  server.controls.failures.push(
    { path: '/studies', method: 'POST', status: 'hangup', after: true },
    { path: '/files', method: 'POST', status: 'hangup', after: true },
    ...Array.from({ length: 5 }, () => ({ path: '/igt/', method: 'PUT', status: 'hangup' as const })),
    { path: '$file-upload-completed', method: 'POST', status: 503 },
  )
  expect(await cloud.igt(['upload', 'up', 'Project'])).toMatchObject({ code: 0 })
  expect(server.controls.failures).toEqual([])
  expect(server.state.studies).toHaveLength(1)
  await cloud.igt(['download', 'down', 'Project'])
  expect(await cloud.tree('down')).toEqual(await cloud.tree('up'))
})

test(
  'tokens that were handed in and end in mid-upload: code 3, and the next run goes on',
  { timeout: patience },
  async () => {
    await using cloud = await IgtBench.open()
    const { server, bench } = cloud
    await bench.fill('up/Hospital A/p---s', 60)
    const { jwt, csrf } = server.state.login('user', false)
    const env = { CLOUD_JWT_TOKEN: jwt, CLOUD_CSRF_TOKEN: csrf }
    const argv = ['upload', 'up', 'Project', '--domain', server.url]
    const upload = cloud.raw([...argv, '--concurrent-studies', '1'], { env })
    await until(() => cloud.sent > 10)
    server.expireSessions()
    expect((await upload).code).toBe(3)
    const { sent } = cloud
    expect(await cloud.igt(['upload', 'up', 'Project', '--concurrent-studies', '1'])).toMatchObject({ code: 0 })
    expect(cloud.sent - sent).toBeLessThan(60)
    expect(server.state.studies).toHaveLength(1)
  },
)

test('a folder that is called like no institute fails alone, and is named', { timeout: patience }, async () => {
  await using cloud = await IgtBench.open()
  await cloud.bench.fill('up/Hospital A/p---one', 3)
  await cloud.bench.write('up/AAA stray/p---one/a.txt', 'a')
  await cloud.bench.write('up/.Trash/x/a.txt', 'a')
  const sent = await cloud.igt(['upload', 'up', 'Project'])
  expect(sent.code).toBe(1)
  expect(sent.stdout).toContain('AAA stray/p---one/a.txt')
  expect(sent.stdout).toContain('no such institute')
  expect(sent.stdout).toContain('Copied 3 entries')
  await rm(cloud.bench.path('up/AAA stray'), { recursive: true })
  await rm(cloud.bench.path('up/.Trash'), { recursive: true })
  expect((await cloud.igt(['upload', 'up', 'Project'])).code).toBe(0)
})

test(
  'a link that leads out of the folder is told as failed, and what is beside it sent',
  { timeout: patience },
  async () => {
    await using cloud = await IgtBench.open()
    await cloud.bench.fill('up/Hospital A/p---one', 2)
    await cloud.bench.write('elsewhere.txt', 'a')
    await symlink(cloud.bench.path('elsewhere.txt'), cloud.bench.path('up/Hospital A/p---one/linked.txt'))
    const sent = await cloud.igt(['upload', 'up', 'Project'])
    expect(sent.code).toBe(1)
    expect(sent.stdout).toContain('linked.txt')
    expect(sent.stdout).toContain('Copied 2 entries')
  },
)
