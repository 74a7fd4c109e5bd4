import { join } from 'node:path'

import { openSqlite } from '@gantry/sqlite/node'
import { expect, test } from 'vitest'

import { hubMigrations } from '../database/hub-schema.ts'
import { openHubDatabase } from '../node/sqlite-hub-database.ts'
import { everything, openRig, refusalOf, requestToken, shareId, sign, temporaryFolder } from '../testing/rig.ts'

test('objects are counted, however small they are, and however they come and go', async () => {
  const rig = await openRig({ limits: { objectsPerAccount: 2 } })
  const key = await rig.hub.accounts.create('one', { scopes: everything })
  const tokenOf = async () =>
    ((await (await requestToken(rig, await sign(rig, key))).json()) as { access_token: string }).access_token
  const [token, other] = [await tokenOf(), await rig.token('other')]
  const put = async (path: string, by = token) =>
    await rig.send('PUT', `/v1/objects/${path}`, { token: by, body: new Uint8Array() })
  expect((await put('a')).status).toBe(201)
  expect((await put('b')).status).toBe(201)
  const refused = await put('c')
  expect(refused.status).toBe(507)
  expect(await refused.json()).toMatchObject({
    error: { message: expect.stringContaining('2 objects'), details: [{ reason: 'quota' }] },
  })
  // What is replaced is no other object, and each account has its own.
  expect((await put('b')).status).toBe(201)
  expect((await put('c', other)).status).toBe(201)
  await rig.send('DELETE', '/v1/objects/a', { token })
  expect((await put('d')).status).toBe(201)
  expect((await put('e')).status).toBe(507)
  // What nobody claimed goes in time, and is counted no more.
  rig.now += 25 * 3_600_000
  expect(await rig.hub.sweep()).toMatchObject({ objects: 3 })
  expect((await put('f', await tokenOf())).status).toBe(201)
})

test('shares that are not over are counted', async () => {
  const rig = await openRig({ limits: { sharesPerAccount: 2 } })
  const token = await rig.token('owner')
  await rig.send('PUT', '/v1/objects/meta', { token, body: 'meta' })
  const make = async (seed: number) => {
    const json = { id: shareId(seed), metadata: 'meta', objects: [] }
    return await rig.send('POST', '/v1/shares', { token, json })
  }
  for (const seed of [1, 2]) expect((await make(seed)).status).toBe(201)
  expect(await refusalOf(await make(3))).toMatchObject({
    http: 507,
    details: [{ reason: 'quota' }],
  })
  // Asked again for the same, the same.
  expect((await make(2)).status).toBe(200)
  expect((await rig.send('DELETE', `/v1/shares/${shareId(1)}`, { token })).status).toBeLessThan(300)
  expect((await make(3)).status).toBe(201)
})

test('uploads that are not completed are counted', async () => {
  const rig = await openRig({ limits: { uploadsPerAccount: 2 } })
  const token = await rig.token('owner')
  const begin = async () => await rig.send('POST', '/v1/uploads', { token, json: { path: 'a' } })
  const { id } = (await (await begin()).json()) as { id: string }
  expect((await begin()).status).toBe(201)
  expect(await refusalOf(await begin())).toMatchObject({ http: 507, details: [{ reason: 'quota' }] })
  await rig.send('DELETE', `/v1/uploads/${id}`, { token })
  expect((await begin()).status).toBe(201)
})

test('objects of a database from before they were counted are counted', async () => {
  const file = join(temporaryFolder(), 'hub.sqlite')
  const before = openSqlite({ file, migrations: hubMigrations.slice(0, 1), owner: 'the hub' })
  await before.write(async (sql) => {
    for (const name of ['one', 'other']) {
      await sql.run("INSERT INTO accounts (name, scopes, created) VALUES (?, '', 0)", name)
    }
    for (const path of ['a', 'b']) {
      const values = [path, `version of ${path}`, 'one', 0, 0, '']
      await sql.run(
        'INSERT INTO objects (path, version, owner, size, modified, crc32) VALUES (?, ?, ?, ?, ?, ?)',
        ...values,
      )
    }
  })
  await before.close()
  const database = openHubDatabase(file)
  expect(await database.all('SELECT name, objects FROM accounts ORDER BY name')).toEqual([
    { name: 'one', objects: 2 },
    { name: 'other', objects: 0 },
  ])
  await database.close()
})
