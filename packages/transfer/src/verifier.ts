import { compareDigests, type Digests, type Entry, type Hashing, isGantryError, type Store } from '@gantry/core'

import type { Journal } from './journal/journal.ts'
import { Digesting } from './runner/digesting.ts'

/** Entries read back at a time. */
const atOnce = 8

export interface VerifyOptions {
  readonly from: Store
  readonly to: Store
  readonly journal: Journal
  readonly hashing: Hashing
  readonly signal: AbortSignal
  /** Something moved. */
  readonly touch: () => void
  readonly mismatch: (entry: {
    readonly id: number
    readonly path: string
    readonly target: string
    readonly bytes: number
    readonly verified: boolean
  }) => void
}

/**
 * Reads back every entry that the job has done and compares it with its receipt; what was there before, with the
 * source. Entries that differ or are gone are recorded as failed.
 */
export async function verify(options: VerifyOptions): Promise<{ readonly unverified: number }> {
  const { from, to, journal, hashing, signal, touch, mismatch } = options
  const running = new Set<Promise<void>>()
  let failure: { error: unknown } | undefined
  const start = async (check: Promise<void>) => {
    const settled = check
      .catch((error: unknown) => {
        failure ??= { error }
      })
      .finally(() => running.delete(settled))
    running.add(settled)
    if (running.size >= atOnce) await Promise.race(running)
    if (failure !== undefined) throw failure.error
  }
  const read = (store: Store, path: string, like: Digests) => digestsOf(store, path, like, { hashing, signal, touch })

  try {
    await checkAll()
    return { unverified: 0 }
  } finally {
    await Promise.all(running)
  }

  async function checkAll(): Promise<void> {
    for await (const receipt of journal.receipts()) {
      await start(
        (async () => {
          const { id, path, target, bytes, digests, verified } = receipt
          const found = await read(to, target, digests)
          const same = found !== undefined && found.size === bytes && compareDigests(found.digests, digests) === 'same'
          if (same) return await journal.record({ type: 'checked', id, verified: true })
          await journal.record({ type: 'failed', id, code: 'integrity', message: lost })
          mismatch({ id, path, target, bytes, verified })
        })(),
      )
    }
    for await (const { id, source, target } of journal.same()) {
      await start(
        (async () => {
          const want = { sha256: '' }
          const [mine, theirs] = await Promise.all([read(from, source.path, want), read(to, target, want)])
          if (compareDigests(mine?.digests, theirs?.digests) === 'same') return
          await journal.record({ type: 'failed', id, code: 'integrity', message: lost })
          mismatch({ id, path: source.path, target, bytes: source.size, verified: true })
        })(),
      )
    }
    await Promise.all(running)
    if (failure !== undefined) throw failure.error
  }
}

const lost = 'What the destination gives back is not what was sent.'

/** Reads all of an entry and digests it by the strongest of the algorithms in `like`; `undefined` if it is gone. */
export async function digestsOf(
  store: Store,
  path: string,
  like: Digests,
  options: { readonly hashing: Hashing; readonly signal: AbortSignal; readonly touch?: () => void },
): Promise<{ readonly size: number; readonly digests: Digests; readonly entry: Entry } | undefined> {
  const algorithm = (['sha256', 'crc32c', 'crc32', 'md5', 'sha1'] as const).find((name) => like[name] !== undefined)
  const digesting = new Digesting(options.hashing, [algorithm ?? 'sha256'])
  let size = 0
  try {
    const { entry, body } = await store.read(path, undefined, { signal: options.signal })
    for await (const chunk of body) {
      size += chunk.length
      digesting.update(chunk)
      options.touch?.()
    }
    return { size, digests: digesting.digests(), entry }
  } catch (error) {
    if (isGantryError(error) && (error.code === 'not_found' || error.code === 'integrity')) return undefined
    throw error
  }
}
