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
