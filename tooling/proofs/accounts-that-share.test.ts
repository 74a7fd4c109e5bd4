import { randomBytes } from 'node:crypto'

import { expect, test } from 'vitest'

import { HubProcess } from './rig/hub-process.ts'
import { nodeGantry, valueOf } from './rig/node-gantry.ts'
import { openShared, reader, readSome, shareBytes } from './rig/shared-bytes.ts'

const bytes = randomBytes(1000)
const scopes = ['sources:read', 'sources:write', 'shares:read', 'shares:write'] as const

async function expectReadable(secret: string) {
  const gantry = reader()
  const read = await readSome(await openShared(gantry, valueOf(await gantry.storage.loadMetadata(secret))), '0.bin')
  expect([read.code, read.bytes]).toEqual(['ok', bytes])
}

test('an account that is held to a prefix shares below it, without being told', { timeout: 60_000 }, async () => {
  const hub = await HubProcess.start()
  const key = await hub.account('ward', scopes, ['ward/3', 'other'])
  const { secret, sources } = await shareBytes(nodeGantry({ key }), [bytes])
  expect(sources[0]?.entries[0]?.path).toMatch(/^ward\/3\/objects\//u)
  await expectReadable(secret)

  const elsewhere = await nodeGantry({ key, folder: 'elsewhere' }).storage.upload({ data: bytes })
  expect(elsewhere.error).toMatchObject({
    code: 'permission_denied',
    message: expect.stringMatching(/below its prefix.*folder/u),
  })
})

test('one that only writes shares what it has', { timeout: 60_000 }, async () => {
  const hub = await HubProcess.start()
  const gantry = nodeGantry({ key: await hub.account('scanner', ['sources:write', 'shares:write']) })
  const { secret, sources } = await shareBytes(gantry, [bytes])
  await expectReadable(secret)
  // It may not look whether that is still there.
  const asset = { data: bytes, name: '0.bin' }
  expect(valueOf(await gantry.storage.upload(asset))).toEqual({ source: sources[0], uploaded: false })
})

test('a wrong passphrase spends no open of a share that has one', { timeout: 60_000 }, async () => {
  const hub = await HubProcess.start()
  const owner = nodeGantry({ key: await hub.account('owner') })
  const terms = { maxOpens: 1, passphrase: 'right' }
  const { secret } = valueOf(await owner.storage.uploadMetadata({ note: 'hello' }, terms))
  const gantry = reader()
  const open = async (passphrase: string, who = gantry) => await who.storage.loadMetadata(secret, { passphrase })
  expect((await open('wrong')).error?.code).toBe('permission_denied')
  expect(valueOf(await open('right'))).toEqual({ note: 'hello' })
  expect((await open('right', reader())).error?.code).toBe('not_found')
  expect(valueOf(await owner.shares.list())).toMatchObject([{ opens: 1 }])
})
