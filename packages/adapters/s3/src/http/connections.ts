import { HttpClient } from './http-client.ts'
import type { StallLimit } from './stall-watch.ts'

/**
 * Connections that stores share, such as those of many prefixes of one bucket: each would greet the service anew. They end
 * with the last store that uses them.
 */
export class Connections {
  readonly #http: HttpClient
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

  release(): void {
    this.#users -= 1
    if (this.#users === 0) this.#http.closeIdle()
  }
}
