import { Catalogue, catalogueMigrations } from '@gantry/catalogue'
import { FleetWorker, openLedger, queueServer } from '@gantry/fleet'
import { openPostgres } from '@gantry/postgres'

import { fleetStores } from './fleet-stores.ts'

// A worker in a process of its own, over stores that are as slow as they are told to be, until it is ended.
const [queue = '', database = '', jobs = '1', latency = '0'] = process.argv.slice(2)
const ledger = await openLedger(database)
const about = { url: database, migrations: catalogueMigrations, owner: 'the catalogue' }
const catalogue = new Catalogue(await openPostgres(about))
const prepare = () => Promise.resolve(fleetStores(0, 0, Number(latency)))
const worker = new FleetWorker({ ledger, catalogue, queue: queueServer(queue), prepare, jobs: Number(jobs) })
const controller = new AbortController()
for (const event of ['SIGTERM', 'disconnect']) process.once(event, () => controller.abort())
process.send?.('ready')
await worker.run(controller.signal)
await Promise.all([ledger.close(), catalogue.close()])
process.exit(0)
