import { randomBytes } from 'node:crypto'

import { HttpRefusal, isGantryError, Store } from '@gantry/core'
import { hubStore } from '@gantry/hub-store/node'
import { hubClient } from '@gantry/share'
import { describe, expect, test } from 'vitest'

import { HubProcess } from './rig/hub-process.ts'
import { nodeGantry, valueOf } from './rig/node-gantry.ts'
import { openShared, reader, readSome, shareBytes } from './rig/shared-bytes.ts'

/** `opened`, or the reason that the hub gave. */
async function openOnce(secret: string): Promise<string | undefined> {
  const { error } = await reader().storage.loadMetadata(secret)
  if (error === undefined) return 'opened'
  return error.cause instanceof HttpRefusal ? `${error.code} ${error.cause.status} ${error.cause.reason}` : error.code
}

const codeOf = async (work: Promise<unknown>) =>
  await work.then(
    () => 'ok',
    (error: unknown) => (isGantryError(error) ? error.code : 'no code'),
  )

describe('shares end', { timeout: 60_000 }, () => {
  test.each([1, 7])('after exactly %i opens, with 50 at the door', async (maxOpens) => {
    const hub = await HubProcess.start()
    const gantry = nodeGantry({ key: await hub.account('owner') })
    const { secret, id } = valueOf(await gantry.storage.uploadMetadata({ note: 'hello' }, { maxOpens }))
    const outcomes = await Promise.all(Array.from({ length: 50 }, async () => await openOnce(secret)))
    expect(outcomes.filter((one) => one === 'opened')).toHaveLength(maxOpens)
    expect(outcomes.filter((one) => one === 'not_found 410 used_up')).toHaveLength(50 - maxOpens)
    expect(valueOf(await gantry.shares.list())).toMatchObject([{ id, opens: maxOpens, maxOpens }])
    const events = valueOf(await gantry.shares.audit(secret)).map(({ event }) => event)
    expect(events.filter((event) => event === 'opened')).toHaveLength(maxOpens)
    expect(events.filter((event) => event === 'refused')).toHaveLength(50 - maxOpens)
  })

  test('by revocation: at once, also for who has opened it and holds a token', async () => {
    const hub = await HubProcess.start()
    const gantry = nodeGantry({ key: await hub.account('owner') })
    const shared = await shareBytes(gantry, [randomBytes(1000)])
    const reading = reader()
    const json = valueOf(await reading.storage.loadMetadata(shared.secret))
    const { token, metadata } = await hubClient({ hub: hub.url }).shares.open(shared.id)
    const held = new Store(hubStore({ hub: hub.url, token }))
    expect((await readSome(await openShared(reading, json), '0.bin')).code).toBe('ok')
    expect(await codeOf(held.stat(metadata.path))).toBe('ok')

    valueOf(await gantry.shares.revoke(shared.secret))
    const after = await readSome(await openShared(reading, json), '0.bin')
    expect([after.bytes.length, after.code]).toEqual([0, expect.stringMatching(/^(?:unauthenticated|not_found)$/u)])
    expect(await codeOf(held.stat(metadata.path))).toMatch(/^(?:unauthenticated|not_found)$/u)
    expect(await openOnce(shared.secret)).toBe('not_found 410 revoked')
    // Its owner has it still.
    const own = new Store(hubStore({ key: await hub.beside.accounts.rotate('owner') }))
    expect(await codeOf(own.stat(shared.sources[0]?.entries[0]?.path ?? ''))).toBe('ok')
  })

  test('by time: at once, also for who has opened it and holds a token', async () => {
    const hub = await HubProcess.start()
    const gantry = nodeGantry({ key: await hub.account('owner') })
    const made = Date.now()
    const { secret, id } = valueOf(await gantry.storage.uploadMetadata({ note: 'hello' }, { expiresIn: 2 }))
    const { token, metadata, expires } = await hubClient({ hub: hub.url }).shares.open(id)
    expect(expires).toBeLessThanOrEqual(made + 10_000)
    const held = new Store(hubStore({ hub: hub.url, token }))
    expect(await codeOf(held.stat(metadata.path))).toBe('ok')
    const { expires: end = 0 } = valueOf(await gantry.shares.list())[0] ?? {}
    while (Date.now() < end + 20) await new Promise((resolve) => setTimeout(resolve, 20))
    expect(await codeOf(held.stat(metadata.path))).toMatch(/^(?:unauthenticated|not_found)$/u)
    expect(await openOnce(secret)).toBe('not_found 410 expired')
  })
})
