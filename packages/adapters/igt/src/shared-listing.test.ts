import { bytesOf, type Entry, Store } from '@gantry/core'
import { type Call, toCall } from '@gantry/core/driver'
import { expect, onTestFinished, test } from 'vitest'

import { igt, IgtCloud } from './index.ts'
import { openRig, password } from './testing/rig.ts'

/** A cloud whose studies come when they are let, to who still waits for them. */
class SlowCloud extends IgtCloud {
  readonly asked = Promise.withResolvers<void>()
  readonly let = Promise.withResolvers<void>()
  readonly stopped = Promise.withResolvers<void>()

  override async studies(institute: string, call: Call = toCall()) {
    this.asked.resolve()
    await new Promise<void>((resolve) => {
      call.signal.addEventListener('abort', () => {
        this.stopped.resolve()
        resolve()
      })
      void this.let.promise.then(resolve)
    })
    return await super.studies(institute, call)
  }
}

async function all(listing: AsyncIterable<Entry>): Promise<Entry[]> {
  const entries: Entry[] = []
  for await (const entry of listing) entries.push(entry)
  return entries
}

/** A listing that waits for the cloud. */
async function listingSlowly(rig: Awaited<ReturnType<typeof openRig>>) {
  const cloud = new SlowCloud({ domain: rig.server.url, login: password })
  const store = new Store(igt({ cloud, project: 'Project', openData: rig.openData }))
  onTestFinished(() => store.close())
  const controller = new AbortController()
  const listing = all(store.list({}, { signal: controller.signal }))
  await cloud.asked.promise
  return { cloud, store, controller, listing }
}

test('who stops a listing stops nobody else who wants to know the studies of an institute', async () => {
  const rig = await openRig()
  onTestFinished(() => rig.close())
  const path = 'Hospital A/pat---one/a'
  const first = rig.store()
  onTestFinished(() => first.close())
  await first.write({ path, size: 1 }, bytesOf(Uint8Array.of(1)))
  const { cloud, store, controller, listing } = await listingSlowly(rig)
  const found = store.stat(path)
  // Its institute is known: by then it waits for the studies.
  await new Promise((turn) => setImmediate(turn))
  controller.abort()
  await expect(listing).rejects.toMatchObject({ code: 'cancelled' })
  cloud.let.resolve()
  expect(await found).toMatchObject({ path, size: 1 })
})

test('a listing that is stopped ends what it waits for, where nobody else does', async () => {
  const rig = await openRig()
  onTestFinished(() => rig.close())
  const { cloud, controller, listing } = await listingSlowly(rig)
  controller.abort()
  await expect(listing).rejects.toMatchObject({ code: 'cancelled' })
  await cloud.stopped.promise
})
