// REPLACE this file: it stands for your storage, or its SDK, and keeps everything in memory. What matters is what a call
// promises. Where yours promises less, say so in the abilities of my-store.ts.

/** An object as the service tells of it. */
export interface StoredObject {
  readonly key: string
  readonly size: number
  readonly modified: number
  /** Changes whenever the object is written. */
  readonly version: string
}

/** What the service refuses. Its own words: `codeOf` in my-store.ts says what they mean to Gantry. */
export class ServiceError extends Error {
  readonly status: 404 | 409 | 412

  constructor(status: 404 | 409 | 412) {
    super(`The service answered ${status}.`)
    this.status = status
  }
}

/** Whether an object is written only if there is none, or only over the version that is named. */
export interface Condition {
  readonly absent?: boolean
  readonly version?: string
}

export class MyStoreService {
  readonly #objects = new Map<string, { readonly object: StoredObject; readonly bytes: Uint8Array }>()
  #writes = 0

  /** A page of objects whose keys begin with `prefix`, in the order of their UTF-8 bytes, after the key `after`. */
  async page(prefix: string, after: string | undefined): Promise<readonly StoredObject[]> {
    const order = (key: string) => Buffer.from(key)
    return [...this.#objects.values()]
      .map(({ object }) => object)
      .filter(({ key }) => key.startsWith(prefix))
      .filter(({ key }) => after === undefined || Buffer.compare(order(key), order(after)) > 0)
      .sort((one, other) => Buffer.compare(order(one.key), order(other.key)))
      .slice(0, 100)
  }

  async head(key: string): Promise<StoredObject> {
    return this.#find(key).object
  }

  /** Bytes from `start` to before `end`, of the version that is named, or of any. */
  async get(key: string, version: string | undefined): Promise<{ object: StoredObject; bytes: Uint8Array }> {
    const found = this.#find(key)
    if (version !== undefined && version !== found.object.version) throw new ServiceError(412)
    return found
  }

  /** All of it at once: whoever reads meanwhile gets what was there before, whole. */
  async put(key: string, bytes: Uint8Array, modified: number, condition: Condition): Promise<StoredObject> {
    const before = this.#objects.get(key)?.object
    if (condition.absent === true && before !== undefined) throw new ServiceError(409)
    if (condition.version !== undefined && condition.version !== before?.version) throw new ServiceError(412)
    this.#writes += 1
    const object: StoredObject = { key, size: bytes.length, modified, version: `v${this.#writes}` }
    this.#objects.set(key, { object, bytes })
    return object
  }

  async delete(key: string): Promise<void> {
    this.#objects.delete(key)
  }

  #find(key: string) {
    const found = this.#objects.get(key)
    if (found === undefined) throw new ServiceError(404)
    return found
  }
}
