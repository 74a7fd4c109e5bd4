import { expect, test } from 'vitest'

import { openRig, shareId } from '../testing/rig.ts'

test('an admin finds the shares of an account that is revoked, whose they are, and ends them', async () => {
  const rig = await openRig()
  const token = await rig.token('owner')
  for (const seed of [1, 2]) {
    await rig.send('PUT', `/v1/objects/${seed}`, { token, body: 'sealed' })
    const json = { id: shareId(seed), metadata: String(seed), objects: [] }
    expect((await rig.send('POST', '/v1/shares', { token, json })).status).toBe(201)
  }
  expect(await (await rig.send('GET', '/v1/shares', { token })).text()).not.toContain('owner')
  await rig.hub.accounts.revoke('owner')
  const admin = await rig.token('boss', { scopes: ['admin'] })
  const list = async (query: string) =>
    (await (await rig.send('GET', `/v1/shares${query}`, { token: admin })).json()) as {
      shares: { id: string; owner: string; revoked?: number }[]
      next?: string
    }
  const first = await list('?limit=1')
  const second = await list(`?limit=1&after=${first.next}`)
  const shares = [...first.shares, ...second.shares]
  expect(shares.map(({ id, owner }) => [id, owner])).toEqual([2, 1].map((seed) => [shareId(seed), 'owner']))
  for (const { id } of shares) {
    expect((await rig.send('DELETE', `/v1/shares/${id}`, { token: admin })).status).toBe(200)
  }
  expect((await list('')).shares.map(({ revoked }) => revoked)).toEqual([rig.now, rig.now])
})
