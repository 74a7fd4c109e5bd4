import { Traits } from '../service/traits.ts'
import { HttpClient } from './http-client.ts'
import type { StallLimit } from './stall-watch.ts'

/**
 * What stores share, such as those of many prefixes of one bucket: connections, for each would greet the service anew, and
 * what the service's answers have told of it. The connections end with the last store that uses them.
 */
export class Connections {
  readonly #http: HttpClient
  readonly #traits = new Map<string, Traits>()
  #users = 0

  /** A connection on which less than that moves is given up; default: 1024 bytes a second, for 20 seconds. */
  constructor(limit: StallLimit = { seconds: 20, bytesPerSecond: 1024 }) {
    this.#http = new HttpClient(limit)
  }

  /** For a store, until it releases them. */
  hold(): HttpClient {
    this.#users += 1
    return this.#http
  }

  /** Of the service at an endpoint, as far as stores that ask for the same checksum have learnt. */
  traitsOf(endpoint: string | undefined, checksum: ConstructorParameters<typeof Traits>[0]): Traits {
    const key = `${checksum} ${endpoint ?? ''}`
    const traits = this.#traits.get(key) ?? new Traits(checksum)
    this.#traits.set(key, traits)
    return traits
  }

  release(): void {
    this.#users -= 1
    if (this.#users === 0) this.#http.closeIdle()
  }
}
