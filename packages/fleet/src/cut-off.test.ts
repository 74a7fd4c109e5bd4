import { Catalogue, catalogueMigrations } from '@gantry/catalogue'
import { openPostgres } from '@gantry/postgres'
import type { Transform } from '@gantry/transfer'
import { expect, onTestFinished, test } from 'vitest'

import { status } from './control.ts'
import { openLedger } from './ledger/ledger.ts'
import type { FleetRun } from './ledger/records.ts'
import { all, contentsOf, fillStudies, fleetRig } from './testing/fleet-rig.ts'
import { serversUnavailable, startFleetServers } from './testing/fleet-servers.ts'
import { severable } from './testing/severable.ts'

const reason = await serversUnavailable()
const patience = { timeout: 60_000, interval: 100 }

const masking: Transform = {
  name: 'mask',
  async *apply(_entry, body) {
    for await (const chunk of body) yield chunk.map(() => 42)
  },
}

test.skipIf(reason !== undefined)(
  `a worker that is cut off writes nothing over what a newer run has written${reason ? ` [${reason}]` : ''}`,
  { timeout: 120_000 },
  async () => {
    const servers = await startFleetServers()
    onTestFinished(servers.stop)
    const made = await fleetRig({ queue: servers.redis.url, database: servers.postgres.url })
    await fillStudies(made.from.store, 1, 4)
    const way = await severable(servers.postgres.url)
    const ledger = await openLedger(way.url)
    const about = { url: way.url, migrations: catalogueMigrations, owner: 'the catalogue' }
    const catalogue = new Catalogue(await openPostgres(about))
    onTestFinished(async () => void (await Promise.all([ledger.close(), catalogue.close()])))
    let isAt = 0
    const { promise: gone, resolve: goOn } = Promise.withResolvers<void>()
    /** Deaf to whoever tells it to stop, as what is frozen is. */
    const slow: Transform = {
      name: 'slow',
      async *apply(_entry, body) {
        isAt += 1
        await gone
        yield* body
      },
    }
    const prepare = async ({ spec }: FleetRun) => {
      const transforms = [slow, masking].filter(({ name }) => spec.transforms.includes(name))
      return { from: made.from.open(), to: made.to.open(), transforms }
    }
    await made.submit({ job: { ...made.job, transforms: ['slow'] } })
    const { stop } = made.work({ ledger, catalogue, prepare, lock: 3000, jobs: 1 })
    await expect.poll(() => isAt, patience).toBeGreaterThan(0)
    way.cut()
    const { run } = await made.submit({ job: { ...made.job, transforms: ['mask'] } })
    made.work({ prepare })
    await expect.poll(async () => (await status(made.fleet, run)).runs[0]?.studies.done, patience).toBe(1)
    goOn()
    way.heal()
    await expect.poll(() => made.lines, patience).toContainEqual(expect.objectContaining({ outcome: 'lapsed' }))
    await stop()
    const texts: string[] = []
    for (const path of (await contentsOf(made.to.store)).keys()) {
      for (const chunk of await all((await made.to.store.read(path)).body)) texts.push(Buffer.from(chunk).toString())
    }
    expect(texts).toHaveLength(4)
    expect(new Set(texts)).toEqual(new Set(['*'.repeat(200)]))
    expect((await status(made.fleet, run)).runs).toMatchObject([{ studies: { done: 1 }, repeated: 0 }])
  },
)
