import type { FaultKind, Match, Rule } from '@gantry/testkit/fault-proxy'

import type { Direction } from './backend.ts'
import { oneOf, wholeOf } from './random.ts'

/** What a fault is drawn from. */
export interface Draw {
  readonly random: () => number
  readonly direction: Direction
  /** Messages that carry files. */
  readonly data: Match
  /** Requests that the same copy takes without faults, so that a drawn one is met. */
  readonly requests: number
  /** Of the copy's time and bytes: short where tests wait for it. */
  readonly short: boolean
}

/** What goes wrong in a cell. */
export interface Trouble {
  readonly rules?: readonly Rule[]
  /** Strikes all connections once this share of the bytes has passed. */
  readonly whole?: { readonly kind: 'partition' | 'cut'; readonly after: number; readonly milliseconds: number }
}

export interface FaultEntry {
  readonly name: string
  /** Of the proxy; the last two are its switches. */
  readonly kind: FaultKind | 'partition' | 'cut' | 'none'
  /** It does not pass by itself: the copy has to say that it failed, and what. */
  readonly lasts?: true
  /** What the client does of itself takes half a minute and more. */
  readonly slow?: true
  readonly draw: (draw: Draw) => Trouble
}

const sixteenths = (random: () => number, most = 16) => ({ sixteenths: wholeOf(random, 0, most) })

/** Every kind of fault has to be here: the compiler says so. */
const byKind: Readonly<Record<FaultKind, readonly Omit<FaultEntry, 'kind'>[]>> = {
  reset: [
    {
      name: 'reset',
      draw: ({ random, direction, data, requests }) => ({
        rules: [
          { match: data, times: 2, fault: { kind: 'reset', direction, at: sixteenths(random) } },
          { match: { nth: wholeOf(random, 1, requests) }, fault: { kind: 'reset', at: 'head' } },
        ],
      }),
    },
    {
      name: 'outage',
      lasts: true,
      slow: true,
      draw: ({ direction, data }) => ({ rules: [{ match: data, fault: { kind: 'reset', direction, at: 'head' } }] }),
    },
  ],
  stall: [
    {
      name: 'stall',
      draw: ({ random, direction, data, requests, short }) => {
        const lasting = short ? { milliseconds: 1000 } : {}
        return {
          rules: [
            { match: data, times: 1, fault: { kind: 'stall', direction, at: sixteenths(random), ...lasting } },
            { match: { nth: wholeOf(random, 1, requests) }, fault: { kind: 'stall', at: 'head', milliseconds: 1000 } },
          ],
        }
      },
    },
  ],
  truncate: [
    {
      name: 'truncate',
      draw: ({ random, direction, data }) => ({
        rules: [
          // What comes back from an upload is short, says what became of it, and of some servers has a body but once.
          {
            match: direction === 'down' ? data : {},
            times: 2,
            fault: { kind: 'truncate', at: sixteenths(random, 15) },
          },
        ],
      }),
    },
  ],
  corrupt: [
    {
      name: 'corrupt',
      draw: ({ direction, data }) => ({ rules: [{ match: data, times: 2, fault: { kind: 'corrupt', direction } }] }),
    },
  ],
  answer: [
    {
      name: 'busy',
      draw: ({ random, data, requests }) => {
        const busy = () => ({
          kind: 'answer' as const,
          status: oneOf(random, [429, 500, 502, 503, 504]),
          retryAfter: oneOf(random, [0, 1]),
          early: random() < 0.5,
        })
        return {
          rules: [
            { match: { nth: wholeOf(random, 1, requests) }, fault: busy() },
            { match: data, times: 2, fault: busy() },
          ],
        }
      },
    },
    {
      name: 'refused',
      lasts: true,
      draw: ({ data }) => ({ rules: [{ match: data, fault: { kind: 'answer', status: 403 } }] }),
    },
  ],
  'lose-answer': [
    {
      name: 'lost answer',
      draw: ({ random, data, requests }) => ({
        rules: [
          { match: data, times: 2, fault: { kind: 'lose-answer' } },
          { match: { nth: wholeOf(random, 1, requests) }, fault: { kind: 'lose-answer' } },
        ],
      }),
    },
  ],
  delay: [
    {
      name: 'slow link',
      draw: ({ random }) => ({
        rules: [
          { fault: { kind: 'delay', latency: wholeOf(random, 5, 60), bandwidth: wholeOf(random, 2, 6) * 2 ** 20 } },
        ],
      }),
    },
  ],
}

const switches: readonly FaultEntry[] = (['partition', 'cut'] as const).map((kind) => ({
  name: kind,
  kind,
  draw: ({ random, short }) => ({
    whole: { kind, after: 0.1 + random() * 0.6, milliseconds: short ? 700 : wholeOf(random, 500, 4000) },
  }),
}))

/** All faults of the proxy, and none, for which there is nothing but the kill. */
export const faults: readonly FaultEntry[] = [
  { name: 'none', kind: 'none', draw: () => ({}) },
  ...Object.entries(byKind).flatMap(([kind, entries]) =>
    entries.map((entry) => ({ ...entry, kind: kind as FaultKind })),
  ),
  ...switches,
]
