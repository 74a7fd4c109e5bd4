import { Catalogue, catalogueMigrations } from '@gantry/catalogue'
import { type Entry, Store } from '@gantry/core'
import { memory, MemoryContents } from '@gantry/memory'
import { openPostgres } from '@gantry/postgres'
import { type Identify, nodeHashing } from '@gantry/transfer'
import { onTestFinished } from 'vitest'

import type { Fleet } from '../control.ts'
import { openLedger } from '../ledger/ledger.ts'
import { queueServer } from '../queue/queue-server.ts'
import { submit, type SubmitOptions } from '../submit.ts'
import { FleetWorker, type FleetWorkerOptions } from '../worker/fleet-worker.ts'
import type { Prepared } from '../worker/prepared.ts'
import type { WorkerLine } from '../worker/worker-log.ts'

/** A header read, by the path: `STUDY/SERIES/INSTANCE`. */
const identify: Identify = (_store, { path }) => {
  const [study = '', series = '', instance = ''] = path.replace(/\.dcm$/u, '').split('/')
  if (!/^[0-9.]+$/u.test(instance)) return Promise.resolve(undefined)
  const image = { studyInstanceUID: study, seriesInstanceUID: series, sopInstanceUID: instance, sopClassUID: '1.2' }
  return Promise.resolve({ image, attributes: { PatientName: 'Quellmalz^Annegret', Modality: 'CT' } })
}

/** So many studies of so many instances in two series each; no two alike. */
export async function fillStudies(store: Store, studies: number, instances: number): Promise<void> {
  for (let study = 0; study < studies; study += 1) {
    for (let index = 0; index < instances; index += 1) {
      const path = `1.2.${study}/1.2.${study}.${index % 2}/1.2.${study}.${index % 2}.${index}.dcm`
      const bytes = new TextEncoder().encode(`instance ${study} ${index}`.padEnd(200))
      await store.write(
        { path, size: bytes.length },
        (async function* () {
          yield bytes
        })(),
      )
    }
  }
}

export interface Side {
  readonly store: Store
  readonly open: () => Store
}

function side(): Side {
  const contents = new MemoryContents()
  const open = () => new Store(memory({ contents, digests: { algorithms: ['sha256'], hashing: nodeHashing } }))
  return { store: open(), open }
}

/** A fleet in this process: two stores, a ledger and a catalogue in a database of its own, and as many workers as are asked for. */
export async function fleetRig(urls: { readonly queue: string; readonly database: string }) {
  const { queue, database } = urls
  const [from, to] = [side(), side()]
  const ledger = await openLedger(database)
  const about = { url: database, migrations: catalogueMigrations, owner: 'the catalogue' }
  const catalogue = new Catalogue(await openPostgres(about))
  const server = queueServer(queue)
  const fleet: Fleet = { ledger, queue: server }
  const signal = new AbortController().signal
  const lines: WorkerLine[] = []
  // Every rig goes to places of its own, because ledgers share their database.
  const id = Math.random().toString(36).slice(2)
  const job = { from: `memory:from-${id}`, to: `memory:to-${id}` }
  onTestFinished(async () => void (await Promise.all([ledger.close(), catalogue.close()])))
  return {
    from,
    to,
    job,
    ledger,
    catalogue,
    fleet,
    lines,
    submit: async (more: Partial<SubmitOptions> = {}) =>
      await submit({ ledger, queue: server, job, from: from.store, to: to.store, identify, signal, ...more }),
    /** Works until `stop`. */
    work(more: Partial<FleetWorkerOptions> & { readonly prepared?: Partial<Prepared> } = {}) {
      const { prepared, ...options } = more
      const prepare = async () => ({ from: from.open(), to: to.open(), identify, ...prepared })
      const log = (line: WorkerLine) => void lines.push(line)
      const worker = new FleetWorker({
        ledger,
        catalogue,
        queue: server,
        prepare,
        jobs: 4,
        log,
        destinations: [job.to],
        ...options,
      })
      const controller = new AbortController()
      const running = worker.run(controller.signal)
      const stop = async () => {
        controller.abort()
        await running
      }
      onTestFinished(stop)
      return { stop }
    },
  }
}

export async function contentsOf(store: Store): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  const entries: Entry[] = []
  for await (const entry of store.list()) entries.push(entry)
  for (const entry of entries) found.set(entry.path, (await store.stat(entry.path)).digests?.sha256 ?? '')
  return found
}

export async function all<Item>(items: AsyncIterable<Item> | Iterable<Item>): Promise<Item[]> {
  const found: Item[] = []
  for await (const item of items) found.push(item)
  return found
}
