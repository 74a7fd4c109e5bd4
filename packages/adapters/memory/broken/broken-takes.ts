import { openSync } from 'node:fs'

import { type Call, type DirectDriver, type DirectOrder, SourceFailure, type Taken } from '@gantry/core/driver'

import { type Breaking, type Broken, missing, writeOf } from './breaking.ts'

type Take = DirectDriver['take']

/** Breaks what is taken. */
function taking(change: (take: Take, order: DirectOrder, call: Call) => Promise<Taken>): Breaking {
  return (driver) => {
    const take: Take = async (order, call) => await (driver.direct ?? missing()).take(order, call)
    return { direct: { take: (order, call) => change(take, order, call) } }
  }
}

const ordering = (change: (order: DirectOrder) => DirectOrder): Breaking =>
  taking(async (take, order, call) => await take(change(order), call))

const unconcerned = { signal: new AbortController().signal }

/** Stores that do not take what they should. */
export const brokenTakes: readonly Broken[] = [
  [
    'the last byte of long entries lost on the way',
    'takes every byte of an entry, and tells what it took',
    (driver, contents) => ({
      direct: {
        async take(order, call) {
          const taken = await (driver.direct ?? missing()).take(order, call)
          const held = contents.find(order.entry.path)
          const chunks = held.chunks.map((chunk) => (chunk.length > 200_000 ? chunk.with(0, 1) : chunk))
          contents.entries.set(order.entry.path, { ...held, chunks })
          return taken
        },
      },
    }),
  ],
  [
    'no word of bytes that move',
    'takes every byte of an entry, and tells what it took',
    taking(async (take, order, { signal }) => await take(order, { signal })),
  ],
  [
    'a digest of nothing',
    'takes every byte of an entry, and tells what it took',
    taking(async (take, order, call) => ({ ...(await take(order, call)), digests: { sha256: '0'.repeat(64) } })),
  ],
  [
    'an entry that may not be there yet',
    'replaces what is there, even by itself',
    ordering((order) => ({ ...order, entry: { ...order.entry, ifAbsent: true } })),
  ],
  [
    'a clock of its own for what it takes',
    'keeps the time of what it takes, unless another is given',
    ordering((order) => ({ ...order, entry: { modified: Date.now(), ...order.entry } })),
  ],
  [
    'the latest version, whatever was named',
    'takes the version that is named, and no other',
    ordering(({ ref: { path }, ...order }) => ({ ...order, ref: { path } })),
  ],
  [
    'the blame for what its source does',
    'says what the source failed with, and whose failure it is',
    taking(async (take, order, call) => {
      try {
        return await take(order, call)
      } catch (error) {
        throw error instanceof SourceFailure ? error.cause : error
      }
    }),
  ],
  [
    'no ear for what was promised',
    'takes nothing that is not what was promised',
    ordering(({ entry: { digests: _promised, ...entry }, ...order }) => ({ ...order, entry })),
  ],
  [
    'no ear for an abort',
    'stops in the middle of taking, and leaves nothing behind',
    taking(async (take, order, { report }) => await take(order, { ...unconcerned, ...(report && { report }) })),
  ],
  [
    'what it began still there after an abort',
    'stops in the middle of taking, and leaves nothing behind',
    (driver) => ({
      direct: {
        async take(order, call) {
          const { path } = order.entry
          await driver.resumable?.begin({ path }, call)
          return await (driver.direct ?? missing()).take(order, call)
        },
      },
    }),
  ],
  [
    'no ear for conditions',
    'takes only if nothing is there, or over the version that is named',
    ordering(({ entry: { ifAbsent: _absent, ifVersion: _version, ...entry }, ...order }) => ({ ...order, entry })),
  ],
  [
    'one order for all',
    'takes many at a time',
    (driver) => {
      let latest: DirectOrder['ref'] | undefined
      return {
        direct: {
          async take(order, call) {
            latest = { path: order.ref.path }
            await Promise.resolve()
            return await (driver.direct ?? missing()).take({ ...order, ref: latest }, call)
          },
        },
      }
    },
  ],
  [
    'files that stay open',
    'frees what taking holds, also when it fails',
    taking(async (take, order, call) => {
      openSync('/dev/null', 'r')
      return await take(order, call)
    }),
  ],
  [
    'two versions in one entry',
    'never mixes two versions in one take',
    (driver, contents) => ({
      direct: {
        async take(order, call) {
          const source = contents.find(order.ref.path).entry
          async function* mixed() {
            for (let index = 0; ; index += 1) {
              const chunk = contents.entries.get(order.ref.path)?.chunks[index]
              if (chunk === undefined) return
              yield chunk
              await new Promise((resolve) => setTimeout(resolve, 5))
            }
          }
          const stored = await writeOf(driver)(order.entry, mixed(), call)
          return { source, stored, digests: {} }
        },
      },
    }),
  ],
]
