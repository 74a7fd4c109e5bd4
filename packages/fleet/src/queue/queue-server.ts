import { GantryError } from '@gantry/core'
import { FlowProducer, type Processor, Queue, Worker, type WorkerOptions } from 'bullmq'

import { PostgresQueue } from './postgres-queue.ts'
import { reachable } from './reachable.ts'

/** Prefix of keys in Redis. */
const space = 'gantry'
/** What a job carries: names of the ledger's rows, and where its trace began. */
export interface JobData {
  readonly study: string
  /** Whose plan it belongs to: where another took its place, there is nothing to be done. */
  readonly run: string
  /** Of a study's own job there is none. */
  readonly part?: number
  /** No other part of its study is left: this job ends the study too, which has none of its own. */
  readonly alone?: true
  readonly trace?: Readonly<Record<string, string>>
}

export type FleetQueue = Queue<JobData, string>
export type QueueWorker = Worker<JobData, string>
export type WorkerSettings = Omit<WorkerOptions, 'connection' | 'prefix'>

/** A server that queues live in: Redis (or Valkey), or PostgreSQL. Its URL may hold a password, and is never shown. */
export interface QueueServer {
  readonly kind: 'redis' | 'postgres'
  queue(name: string): FleetQueue
  /** Takes no job before it is told to run; waits for a server that is away as long as it takes. */
  worker(name: string, processor: Processor<JobData, string>, settings: WorkerSettings): QueueWorker
  flow(): FlowProducer
}

/** Opens nothing yet; `invalid` for what is no such URL. */
export function queueServer(url: string): QueueServer {
  if (!URL.canParse(url)) throw unknownUrl()
  if (/^rediss?:\/\//u.test(url)) return redisServer(url)
  if (/^postgres(ql)?:\/\//u.test(url)) return postgresServer(url)
  throw unknownUrl()
}

function unknownUrl(): GantryError {
  return new GantryError('invalid', 'A queue is named redis://host:6379, or postgres://user@host:5432/database.')
}

function redisServer(url: string): QueueServer {
  // Who asks for something wants to know soon that nobody is there; who works waits.
  const asking = { url, connectTimeout: 5000, retryStrategy: (times: number) => (times > 4 ? null : times * 250) }
  const working = {
    url,
    keepAlive: 10_000,
    maxRetriesPerRequest: null,
    retryStrategy: (times: number) => Math.min(times * 100, 2000),
  }
  return {
    kind: 'redis',
    queue: (name) => quiet(new Queue(name, { connection: asking, prefix: space })),
    flow: () => quiet(new FlowProducer({ connection: asking, prefix: space })),
    worker: (name, processor, settings) =>
      new Worker(name, processor, { ...settings, autorun: false, connection: working, prefix: space }),
  }
}

function postgresServer(url: string): QueueServer {
  const { backend } = new PostgresQueue(url)
  // BullMQ wants to be told of one.
  const connection = {}
  return {
    kind: 'postgres',
    queue: (name) => quiet(new Queue(name, { connection }, backend) as unknown as FleetQueue),
    flow: () => quiet(new FlowProducer({ connection }, backend) as unknown as FlowProducer),
    worker: (name, processor, settings) =>
      new Worker(name, processor, { ...settings, autorun: false, connection }, backend) as unknown as QueueWorker,
  }
}

/** What a connection complains of is told by the call that needed it. */
function quiet<Client extends { on(event: 'error', listener: (error: Error) => void): unknown }>(
  client: Client,
): Client {
  client.on('error', () => {})
  return client
}

/** Opens a queue that answers, works with it, closes it. */
export async function withQueue<Result>(
  server: QueueServer,
  name: string,
  work: (queue: FleetQueue) => Promise<Result>,
): Promise<Result> {
  const queue = server.queue(name)
  try {
    await reachable(queue, server.kind)
    return await work(queue)
  } finally {
    await queue.close()
  }
}
