import { Refusal } from '@gantry/core'

/** So many at once, and then so many a minute. */
export interface Rate {
  readonly burst: number
  readonly perMinute: number
}

interface Bucket {
  tokens: number
  at: number
}

/** More keys than this are not told apart in memory: the ones that were used longest ago are forgotten. */
const mostKeys = 100_000

/** Token buckets, one a key, in memory. */
export class RateLimit {
  readonly #rate: Rate
  readonly #clock: () => number
  readonly #buckets = new Map<string, Bucket>()

  constructor(rate: Rate, clock: () => number) {
    this.#rate = rate
    this.#clock = clock
  }

  /** Takes one, or refuses and says when there will be one again. */
  take(key: string): void {
    const now = this.#clock()
    const { burst, perMinute } = this.#rate
    const bucket = this.#buckets.get(key) ?? { tokens: burst, at: now }
    const grown = (Math.max(0, now - bucket.at) * perMinute) / 60_000
    bucket.tokens = Math.min(burst, bucket.tokens + grown)
    bucket.at = now
    // Deleted and set again, so that the map is in the order of use.
    this.#buckets.delete(key)
    this.#buckets.set(key, bucket)
    if (this.#buckets.size > mostKeys) this.#forgetOldest()
    if (bucket.tokens < 1) {
      const seconds = perMinute > 0 ? Math.ceil(((1 - bucket.tokens) * 60) / perMinute) : 60
      throw new Refusal('rate_limited', 'Too many requests: wait and try again.', {
        headers: { 'Retry-After': String(Math.max(1, seconds)) },
      })
    }
    bucket.tokens -= 1
  }

  #forgetOldest(): void {
    const [oldest] = this.#buckets.keys()
    if (oldest !== undefined) this.#buckets.delete(oldest)
  }
}

/**
 * What stands for a client in its bucket: an IPv4 address, or the /64 network of an IPv6 one, because who has one address
 * of such a network has all of them.
 */
export function clientKey(address: string | undefined): string {
  if (address === undefined) return 'unknown'
  // Some proxies add the port, which is another one with every connection.
  const bare = address.replace(/^\[([^\]]*)\](?::\d+)?$/u, '$1').replace(/^(\d+(?:\.\d+){3}):\d+$/u, '$1')
  const plain = bare.replace(/^::ffff:(?=\d+\.)/iu, '').replace(/%.*$/u, '')
  if (!plain.includes(':')) return plain
  const [head = '', tail] = plain.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0')
  return [...left, ...zeros, ...right]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}
