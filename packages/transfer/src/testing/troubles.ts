import type { Fault, Match } from '@gantry/testkit/fault-proxy'

import type { Entries } from './contents.ts'
import { randomBytesFrom } from './random.ts'

const sizes = { 'small entries': 512 * 1024, 'an entry in parts': 40 * 1024 * 1024 }

export type SizeName = keyof typeof sizes

export const sizeNames = Object.keys(sizes) as SizeName[]

export function entriesOf(size: SizeName): Entries {
  if (size === 'an entry in parts') return new Map([['study/movie.dcm', randomBytesFrom(7, sizes[size])]])
  return new Map([1, 2, 3].map((index) => [`study/${index}.dcm`, randomBytesFrom(index, sizes[size])]))
}

/** A fault of the network, and the requests that it befalls. */
export interface Trouble {
  readonly name: string
  readonly fault: Fault
  readonly match: Match
  /** How often, where it is one that passes. */
  readonly times: number
}

/** What befalls the bodies that go `up` to a bucket, or come `down` from it. */
export function troubles(direction: 'up' | 'down', size: SizeName): Trouble[] {
  const objects = { method: direction === 'up' ? 'PUT' : 'GET', path: /\.dcm/u }
  const bodies = { ...objects, minBody: 200_000 }
  const once = (name: string, fault: Fault, match: Match): Trouble => ({ name, fault, match, times: 1 })
  const found = [
    ...[0, 5, 11, 16].map((sixteenths) =>
      once(`a reset at ${sixteenths}/16 of the body`, { kind: 'reset', direction, at: { sixteenths } }, bodies),
    ),
    once('a flipped bit', { kind: 'corrupt', direction }, bodies),
    once('a stall in the body', { kind: 'stall', direction, at: { sixteenths: 8 } }, bodies),
    once('a stall before the answer', { kind: 'stall', direction: 'down', at: 'head' }, objects),
    once('a stall of the listing', { kind: 'stall', at: 'head' }, { path: /list-type=2/u }),
    { name: '429 with Retry-After', fault: { kind: 'answer', status: 429, retryAfter: 1 }, match: objects, times: 2 },
    { name: '503 with Retry-After', fault: { kind: 'answer', status: 503, retryAfter: 1 }, match: objects, times: 2 },
    { name: '500 every other time', fault: { kind: 'answer', status: 500 }, match: { every: 2 }, times: 5 },
  ] satisfies Trouble[]
  if (direction === 'down') {
    const truncated = Array.from({ length: 16 }, (_, sixteenths) =>
      once(`the body truncated at ${sixteenths}/16`, { kind: 'truncate', at: { sixteenths } }, bodies),
    )
    return [...found, ...truncated]
  }
  found.push(once('a lost answer', { kind: 'lose-answer' }, bodies))
  if (size === 'an entry in parts') {
    const posts = { method: 'POST' }
    found.push(
      once('a lost answer to the completion', { kind: 'lose-answer' }, { ...posts, path: /\?uploadId=/u }),
      once('a lost answer to the begin', { kind: 'lose-answer' }, { ...posts, path: /\?uploads/u }),
    )
  }
  return found
}
