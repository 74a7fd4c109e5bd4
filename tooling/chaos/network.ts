import { type FaultProxy, type Rule, startFaultProxy } from '@gantry/testkit/fault-proxy'

/** The proxies before one backend: all that its clients say passes through them. */
export class Network {
  readonly #seed: number
  readonly #proxies: FaultProxy[] = []

  constructor(seed: number) {
    this.#seed = seed
  }

  /** Puts a proxy before what listens at this URL, and answers the proxy's. */
  async through(target: string): Promise<string> {
    const proxy = await startFaultProxy({ target, seed: this.#seed })
    this.#proxies.push(proxy)
    return proxy.url
  }

  /** Faults that were injected so far, whole partitions and cuts not counted. */
  get injected(): number {
    return this.#proxies.reduce((sum, { injected }) => sum + injected.length, 0)
  }

  get requests(): number {
    return this.#proxies.reduce((sum, { counts }) => sum + counts.requests, 0)
  }

  get bytes(): number {
    return this.#proxies.reduce((sum, { counts }) => sum + counts.bytesUp + counts.bytesDown, 0)
  }

  /** Each proxy counts for itself which message is the how manieth. */
  set(rules: readonly Rule[]): void {
    for (const proxy of this.#proxies) proxy.set(rules)
  }

  partition(): void {
    for (const proxy of this.#proxies) proxy.partition()
  }

  heal(): void {
    for (const proxy of this.#proxies) proxy.heal()
  }

  /** Resets every connection there is. */
  cut(): void {
    for (const proxy of this.#proxies) proxy.reset()
  }

  async close(): Promise<void> {
    await Promise.all(this.#proxies.map(async (proxy) => await proxy.close()))
  }
}
