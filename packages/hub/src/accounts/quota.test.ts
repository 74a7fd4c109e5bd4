import { expect, test } from 'vitest'

import { everything, openRig, refusalOf, requestToken, shareId, sign } from '../testing/rig.ts'

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
