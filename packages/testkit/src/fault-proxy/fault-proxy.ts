import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { GantryError } from '@gantry/core'
import { Connection } from './connection.ts'
import type { Link } from './fault.ts'
import { Gate } from './gate.ts'
import { type Counts, type Injection, Record } from './record.ts'
import { HttpRelay } from './relay-http.ts'
import { relayTcp } from './relay-tcp.ts'
import { type Rule, Schedule } from './schedule.ts'

export interface FaultProxyOptions {
  /** Where the upstream listens: `http://127.0.0.1:7480`, `tcp://127.0.0.1:6379`. */
  readonly target: string
  /** `http` knows requests and answers; `tcp` knows bytes only, and passes on any protocol. Default: `http`. */
  readonly mode?: 'http' | 'tcp' | undefined
  /** What drawn choices depend on. Default: 1. */
  readonly seed?: number | undefined
  /** Default: no faults. */
  readonly schedule?: readonly Rule[] | undefined
  /** Latency and bandwidth of every connection. Default: neither is limited. */
  readonly link?: Link | undefined
  /** Default: one that is free. */
  readonly port?: number | undefined
}

export interface FaultProxy {
  readonly url: string
  readonly port: number
  /** All faults injected so far, in order. */
  readonly injected: readonly Injection[]
  readonly counts: Counts
  /** Another schedule, its counts begun anew: for requests, or in mode `tcp` connections, from now on. */
  set(schedule: readonly Rule[]): void
  /** From now on nothing passes, on connections old and new; they stay open. */
  partition(): void
  /** What was held back by the partition arrives. */
  heal(): void
  /** Resets every connection there is. */
  reset(): void
  /** Ends every connection, and listens no more. */
  close(): Promise<void>
}

/** Listens on 127.0.0.1 and passes all to the target, but for what the schedule says. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const { mode = 'http', seed = 1, link = {} } = options
  const target = targetOf(options.target)
  const record = new Record()
  const gate = new Gate()
  const connections = new Set<Connection>()
  const closedBytes = { up: 0, down: 0 }
  let schedule = new Schedule(options.schedule ?? [], seed, mode)

  const follow = async (connection: Connection): Promise<void> => {
    connections.add(connection)
    await connection.ended
    connections.delete(connection)
    closedBytes.up += connection.up.sent
    closedBytes.down += connection.down.sent
  }

  const server = createServer({ allowHalfOpen: true }, (client: Socket) => {
    const connection = new Connection(client, target, gate, link, record)
    void follow(connection)
    if (mode === 'tcp') void relayTcp(connection, schedule)
    else void new HttpRelay(connection, () => schedule).run()
  })
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const closed = once(server, 'close')
  const { port } = server.address() as AddressInfo

  return {
    url: `${mode}://127.0.0.1:${port}`,
    port,
    injected: record.injected,
    get counts() {
      let { up: bytesUp, down: bytesDown } = closedBytes
      for (const { up, down } of connections) [bytesUp, bytesDown] = [bytesUp + up.sent, bytesDown + down.sent]
      return { connections: record.connections, requests: record.requests, bytesUp, bytesDown }
    },
    set(rules) {
      schedule = new Schedule(rules, seed, mode)
    },
    partition: () => gate.shut(),
    heal: () => gate.open(),
    reset() {
      for (const connection of connections) connection.reset()
    },
    async close() {
      server.close()
      for (const connection of connections) connection.destroy()
      await closed
    },
  }
}

function targetOf(target: string): { host: string; port: number } {
  const url = URL.parse(target)
  const port = Number(url?.port) || (url?.protocol === 'http:' ? 80 : 0)
  if (url === null || url.protocol === 'https:' || port === 0) {
    throw new GantryError('invalid', 'The target of a proxy is http://host:port or tcp://host:port.')
  }
  return { host: url.hostname.replaceAll(/[[\]]/g, ''), port }
}
