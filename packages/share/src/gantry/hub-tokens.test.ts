import type { AccessTokens } from '@gantry/core'
import { memory } from '@gantry/memory'
import { expect, test } from 'vitest'

import { randomName } from '../sealing/sealed-item.ts'
import { printSecretLink } from '../secret/secret-link.ts'
import { nodePlatform } from '../node/node-platform.ts'
import { createGantry } from './create-gantry.ts'

/** Opens one share at a hub, and tells what was sent there: nothing can be read of it, which is not what is asked. */
async function sentTo(hub: string, own: string | undefined, token: string | undefined) {
  const asked: (string | null)[] = []
  const stores: { readonly hub: string; readonly tokens: AccessTokens }[] = []
  const object = { path: 'objects/none', size: 1, version: 'v', modified: 0, digests: { crc32: '00000000' } }
  const gantry = createGantry({
    ...(own !== undefined && { hub: own }),
    now: () => 0,
    platform: nodePlatform({ openHubStore: (options) => (stores.push(options), memory()) }),
    fetch: async (_, { headers }) => {
      asked.push(new Headers(headers).get('authorization'))
      return Response.json({ metadata: object, token: "the share's", expires: 1000 })
    },
  })
  if (token !== undefined) await gantry.auth.setAccessToken(token)
  const secret = printSecretLink({ hub, id: randomName(), key: new Uint8Array(32) })
  const { error } = await gantry.storage.loadMetadata(secret)
  const reading = stores.at(-1)
  return { asked, code: error?.code, hub: reading?.hub, token: await reading?.tokens.get() }
}

const [own, other] = ['https://own.example', 'https://other.example']

test('the own hub gets the token that there is, and needs none', async () => {
  const read = { code: 'not_found', hub: own, token: "the share's" }
  expect(await sentTo(own, own, 'mine')).toEqual({ asked: ['Bearer mine'], ...read })
  expect(await sentTo(own, own, undefined)).toEqual({ asked: [null], ...read })
  expect(await sentTo(own, `${own}/`, 'mine')).toEqual({ asked: ['Bearer mine'], ...read })
})

test('another hub never gets it; what the share itself gives reads its objects', async () => {
  const read = { code: 'not_found', hub: other, token: "the share's" }
  for (const mine of [own, undefined, `${other}/below`]) {
    expect(await sentTo(other, mine, 'mine')).toEqual({ asked: [null], ...read })
  }
})

/** A hub that takes each grant for one further open, `used` no more, and counts what it is asked without one. */
function countingHub() {
  const state = { opens: 0, grants: 0, isOver: false }
  const object = { path: 'objects/none', size: 1, version: 'v', modified: 0, digests: { crc32: '00000000' } }
  const fetch = async (_: unknown, { headers }: RequestInit) => {
    const asked = new Headers(headers).get('authorization')
    if (asked !== null && (state.isOver || asked !== `Bearer g${state.grants}`)) {
      return Response.json({ error: { code: 401, status: 'UNAUTHENTICATED', message: 'Over.' } }, { status: 401 })
    }
    if (asked === null) state.opens += 1
    return Response.json({ metadata: object, token: `g${(state.grants += 1)}`, expires: 1000 })
  }
  return { state, fetch }
}

test('an open that was interrupted goes on with what the hub gave, and counts anew when that is over', async () => {
  const { state, fetch } = countingHub()
  const kept = new Map<string, string>()
  const secret = printSecretLink({ hub: other, id: randomName(), key: new Uint8Array(32) })
  const open = async () => {
    const gantry = createGantry({
      now: () => 0,
      platform: nodePlatform({ openHubStore: () => memory() }),
      grants: { find: async (share) => kept.get(share), save: async (share, grant) => void kept.set(share, grant) },
      fetch,
    })
    expect((await gantry.storage.loadMetadata(secret)).error?.code).toBe('not_found')
  }
  await open()
  await open()
  expect(state.opens).toBe(1)
  expect([...kept]).toEqual([[secret.split('#')[0], 'g2']])
  state.isOver = true
  await open()
  expect(state.opens).toBe(2)
  expect([...kept.values()]).toEqual(['g3'])
})
