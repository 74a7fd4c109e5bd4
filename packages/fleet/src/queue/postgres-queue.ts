import { type BackendFactory, PostgresConnection, PostgresQueueBackend, runMigrations } from 'bullmq'
import { Client, type ClientConfig, Pool } from 'pg'

/**
 * Schema in PostgreSQL. Not called as a user may be: one of that name would find a schema of its own, and in it none of the
 * tables that it made before.
 */
const schema = 'gantry_queue'
/** Connections by which all queues of a process ask: each statement is short. */
const most = 4

/**
 * The connections of a process to a queue in PostgreSQL: some by which all of its queues ask, and one by which all hear of new jobs,
 * however many queues there are. Opened when they are needed, and closed with the last queue. BullMQ opens as many for each
 * queue, and some without a listener for errors, so that the end of a server was the end of its workers.
 */
export class PostgresQueue {
  readonly #about: ClientConfig
  readonly #open = new Set<QueueConnection>()
  #pool: Pool | undefined
  #ear: Ear | undefined
  #migrated = false

  constructor(url: string) {
    const living = { keepAlive: true, keepAliveInitialDelayMillis: 10_000, connectionTimeoutMillis: 10_000 }
    const options = `-c search_path="${schema}"`
    this.#about = { connectionString: url, application_name: 'gantry fleet queue', options, ...living }
  }

  /** What BullMQ is handed in place of its own. */
  readonly backend: BackendFactory<PostgresQueueBackend> = (name, opts) => {
    const pool = (this.#pool ??= this.#begin())
    const connection: QueueConnection = new QueueConnection(pool, {
      ready: async () => await this.#ready(pool),
      listen: async () => await this.#listen(),
      closed: async () => await this.#closed(connection),
    })
    this.#open.add(connection)
    return new PostgresQueueBackend(connection, name, { ...opts, connection: {} })
  }

  #begin(): Pool {
    const pool = new Pool({ ...this.#about, max: most })
    // A connection that breaks is replaced when one is needed, and whoever asks by it is told.
    pool.on('error', () => {})
    pool.on('connect', (client) => client.on('error', () => {}))
    return pool
  }

  async #ready(pool: Pool): Promise<void> {
    const client = await pool.connect()
    try {
      if (this.#migrated) await client.query('SELECT 1')
      else await runMigrations(client, schema)
      this.#migrated = true
    } finally {
      client.release()
    }
  }

  async #listen(): Promise<Hearing> {
    this.#ear ??= this.#beginEar()
    return await this.#ear.connected
  }

  #beginEar(): Ear {
    const client = new Client(this.#about)
    // One a queue that waits.
    client.setMaxListeners(0)
    client.on('error', (error) => this.#deaf(client, error))
    const connect = async () => {
      try {
        await client.connect()
        return inTurns(client)
      } catch (error) {
        this.#forget(client)
        throw error
      }
    }
    return { client, connected: connect() }
  }

  #deaf(client: Client, error: Error): void {
    if (!this.#forget(client)) return
    client.removeAllListeners('notification')
    void client.end().catch(() => {})
    for (const connection of this.#open) connection.deaf(error)
  }

  #forget(client: Client): boolean {
    if (this.#ear?.client !== client) return false
    this.#ear = undefined
    return true
  }

  async #closed(connection: QueueConnection): Promise<void> {
    if (!this.#open.delete(connection) || this.#open.size > 0) return
    const [pool, ear] = [this.#pool, this.#ear]
    this.#pool = undefined
    this.#ear = undefined
    const deaf = async () => {
      await ear?.connected
      await ear?.client.end()
    }
    await Promise.allSettled([pool?.end(), deaf()])
  }
}

type Hearing = Awaited<ReturnType<PostgresConnection['getListenClient']>>

/** Hears of new jobs. */
interface Ear {
  readonly client: Client
  readonly connected: Promise<Hearing>
}

/** Each queue asks for itself to hear, and a connection takes one statement after the other. */
function inTurns(client: Client): Hearing {
  let last: Promise<unknown> = Promise.resolve()
  const query: Hearing['query'] = async (text, values = []) => {
    const ask = async () => await client.query(text, [...values])
    const asked = last.then(ask, ask)
    last = asked
    return await asked
  }
  const ear: Hearing = {
    query,
    on: (event: string, listener: (told: never) => void) => (client.on(event as 'end', listener as () => void), ear),
    removeListener: (event, listener) => (client.removeListener(event, listener), ear),
    removeAllListeners: (event) => (client.removeAllListeners(event), ear),
  }
  return ear
}

interface Shared {
  readonly ready: () => Promise<void>
  readonly listen: () => Promise<Hearing>
  readonly closed: () => Promise<void>
}

/** What one queue has for a connection of its own. */
class QueueConnection extends PostgresConnection {
  override readonly schema = schema
  readonly #shared: Shared
  #ready: Promise<void> | undefined

  constructor(pool: Pool, shared: Shared) {
    super({
      connect: async () => await pool.connect(),
      query: async (text, values) => await pool.query(text, values === undefined ? undefined : [...values]),
      end: async () => {},
      on: () => pool,
      removeAllListeners: () => pool,
    })
    this.#shared = shared
  }

  override async waitUntilReady(): Promise<void> {
    this.#ready ??= this.#shared.ready()
    await this.#ready
  }

  override get hasListenClientKeepAlive(): boolean {
    return true
  }

  override async getListenClient(): Promise<Hearing> {
    return await this.#shared.listen()
  }

  /** It is all queues' alike. */
  override async setListenClientName(): Promise<void> {}

  /** Nothing is heard any more of what it waits for: it asks to hear again. */
  deaf(error: Error): void {
    this.emit('listenerinvalidated')
    if (this.listenerCount('error') > 0) this.emit('error', error)
  }

  override async close(): Promise<void> {
    await super.close()
    await this.#shared.closed()
  }
}
