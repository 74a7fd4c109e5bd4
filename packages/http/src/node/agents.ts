import type * as Http from 'node:http'
import type { Socket } from 'node:net'

import { isLoopback } from '../loopback.ts'
import { http, https } from './node-http.ts'
import { noProxy } from './proxy-of.ts'

/** Idle connections that are kept. */
const mostIdle = 256
/** Milliseconds after which the system asks whether the other side is still there. */
const probeAfter = 1000

export interface AgentsOptions {
  readonly ca?: string | readonly string[] | undefined
  /** Where proxies are named, as `http_proxy`, `https_proxy` and `no_proxy`. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Connections that are used again, for as long as the service says that it keeps them. */
export class Agents {
  readonly #all: readonly Http.Agent[]
  readonly #direct: { readonly http: Http.Agent; readonly https: Http.Agent }
  readonly #proxied: { readonly http: Http.Agent; readonly https: Http.Agent }
  /** Milliseconds that a connection may be idle. */
  readonly #idle = new WeakMap<Socket, number>()

  constructor({ ca, environment }: AgentsOptions) {
    const kept = { keepAlive: true, maxFreeSockets: mostIdle, scheduling: 'lifo' } as const
    const trust = ca === undefined ? {} : { ca: [ca].flat() }
    const pair = (more: Http.AgentOptions) => ({
      http: this.#keeping(new http.Agent({ ...kept, ...more })),
      https: this.#keeping(new https.Agent({ ...kept, ...trust, ...more })),
    })
    this.#direct = pair({})
    try {
      this.#proxied = pair({ proxyEnv: environment })
    } catch (error) {
      throw noProxy(error)
    }
    this.#all = [this.#direct, this.#proxied].flatMap((agents) => Object.values(agents))
  }

  /** The one for a URL. A proxy could not reach this machine. */
  of(url: URL): Http.Agent {
    const agents = isLoopback(url.hostname) ? this.#direct : this.#proxied
    return url.protocol === 'https:' ? agents.https : agents.http
  }

  /**
   * Takes note of how long the service keeps this connection. We keep it half as long: so it is not closed just when it
   * is used again.
   */
  note({ socket, headers }: Http.IncomingMessage): void {
    const seconds = /(?:^|[,\s])timeout=(\d{1,6})/u.exec(String(headers['keep-alive'] ?? ''))?.[1]
    if (seconds !== undefined) this.#idle.set(socket, (Number(seconds) * 1000) / 2)
  }

  /** Closes what is idle. */
  forgetIdle(): void {
    for (const agent of this.#all) {
      for (const socket of Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? [])) socket.destroy()
    }
  }

  close(): void {
    for (const agent of this.#all) agent.destroy()
  }

  /**
   * Node's own agents take a second off what the service says, and so never use a connection again that is kept for one
   * second.
   */
  #keeping<Agent extends Http.Agent>(agent: Agent): Agent {
    const reuse = agent.reuseSocket.bind(agent)
    return Object.assign(agent, {
      keepSocketAlive: (socket: Socket) => {
        const idle = this.#idle.get(socket) ?? 0
        socket.setKeepAlive(true, probeAfter)
        socket.unref()
        // The agent closes an idle connection that times out.
        socket.setTimeout(idle)
        return true
      },
      reuseSocket: (socket: Socket, request: Http.ClientRequest) => {
        socket.setTimeout(0)
        reuse(socket, request)
      },
    })
  }
}
