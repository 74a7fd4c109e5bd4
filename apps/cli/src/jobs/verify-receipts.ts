import { type DigestAlgorithm, type Digests, isGantryError, type Store } from '@gantry/core'
import { type ComparedEntry, type Journal, nodeHashing } from '@gantry/transfer'

export interface VerifyReceiptsOptions {
  readonly from: Store
  readonly to: Store
  readonly journal: Journal
  readonly signal: AbortSignal
}

type About = Omit<ComparedEntry, 'outcome'>

/** Entries read at a time. */
const atOnce = 8

/**
 * Reads back all that a job has stored and compares it with its receipts, which needs no source. What it found to be
 * there already, or found there after a crash, has no digest in its record and is compared with the source.
 */
export async function* verifyReceipts(options: VerifyReceiptsOptions): AsyncGenerator<ComparedEntry, void, undefined> {
  let batch: Promise<ComparedEntry>[] = []
  for await (const check of checksOf(options)) {
    batch.push(check())
    if (batch.length < atOnce) continue
    yield* await Promise.all(batch)
    batch = []
  }
  yield* await Promise.all(batch)
}

async function* checksOf({ from, to, journal, signal }: VerifyReceiptsOptions) {
  const digest = (store: Store, path: string, algorithm: DigestAlgorithm) => digestOf(store, path, algorithm, signal)
  const withSource = async (about: About): Promise<ComparedEntry> => {
    const { path, target } = about
    const [mine, theirs] = await Promise.all([digest(from, path, 'sha256'), digest(to, target, 'sha256')])
    if (theirs === undefined) return { ...about, outcome: 'missing' }
    return { ...about, outcome: mine === undefined ? 'unknown' : mine === theirs ? 'same' : 'different' }
  }
  for await (const { id, path, target, bytes, digests } of journal.receipts()) {
    const about = { path, target, bytes }
    const algorithm = strongest(digests)
    yield async (): Promise<ComparedEntry> => {
      if (algorithm === undefined) return await withSource(about)
      const found = await digest(to, target, algorithm)
      if (found === undefined) return { ...about, outcome: 'missing' }
      if (found !== digests[algorithm]) return { ...about, outcome: 'different' }
      await journal.record({ type: 'checked', id, verified: true })
      return { ...about, outcome: 'same' }
    }
  }
  for await (const { source, target } of journal.same()) {
    yield async () => await withSource({ path: source.path, target, bytes: source.size ?? 0 })
  }
}

function strongest(digests: Digests): DigestAlgorithm | undefined {
  return (['sha256', 'crc64nvme', 'crc32c', 'md5', 'sha1', 'crc32'] as const).find(
    (name) => digests[name] !== undefined && nodeHashing(name) !== undefined,
  )
}

async function digestOf(
  store: Store,
  path: string,
  algorithm: DigestAlgorithm,
  signal: AbortSignal,
): Promise<string | undefined> {
  const hasher = nodeHashing(algorithm)
  try {
    const { body } = await store.read(path, undefined, { signal })
    for await (const chunk of body) hasher?.update(chunk)
    return hasher?.digest()
  } catch (error) {
    if (isGantryError(error) && error.code === 'not_found') return undefined
    // The store itself says that it is damaged: equal to nothing.
    if (isGantryError(error) && error.code === 'integrity') return ''
    throw error
  }
}
