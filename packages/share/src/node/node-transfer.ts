import { GantryError, type Hashing, isGantryError } from '@gantry/core'
import { createJobSpec, type Journal, jobFolder, memoryJournal, nodeHashing, openJob } from '@gantry/transfer'

import type { Transfer, TransferFailure, TransferRequest } from '../gantry/platform.ts'

/** The ciphertext is proved by what the destination tells, and by age itself: its SHA-256 is nobody's business. */
const hashing: Hashing = (algorithm) => (algorithm === 'sha256' ? undefined : nodeHashing(algorithm))

/** Where the journals of copies that were interrupted are kept. */
interface Journals {
  take(request: TransferRequest): Journal
  /** Of a copy that goes on another time, or never. */
  leave(name: string, journal: Journal): Promise<void>
  forget(name: string, journal: Journal): Promise<void>
}

/**
 * Copies by the transfer engine. An interrupted copy goes on in the middle of an object: in this process, or with a
 * `folder` for journals also in another one. Journals hold opaque names and no keys.
 */
export function createNodeTransfer(options: { readonly folder?: string | undefined } = {}): Transfer {
  const journals = options.folder === undefined ? inMemory() : inFolder(options.folder)
  const passing = inMemory()
  return async (request) => {
    const { name, from, to, signal, once = false, onProgress } = request
    const kept = once ? passing : journals
    const journal = kept.take(request)
    let over = once
    const abort = new AbortController()
    const stop = () => abort.abort(signal?.reason)
    try {
      const job = await openJob({ from, to, journal, hashing })
      job.on('progress', ({ bytes }) => onProgress?.(bytes))
      if (signal?.aborted === true) stop()
      signal?.addEventListener('abort', stop, { once: true })
      const result = await job.retry({ signal: abort.signal })
      if (signal?.aborted === true) throw new GantryError('cancelled', 'Stopped on request.', { cause: signal.reason })
      if (result.phase !== 'completed') {
        const { failure } = result
        if (failure === undefined) throw new GantryError('unavailable', 'The upload did not come to its end.')
        throw new GantryError(failure.code, failure.message, { cause: failure.cause })
      }
      const failures = await failuresOf(journal)
      over ||= failures.length === 0
      return failures
    } finally {
      signal?.removeEventListener('abort', stop)
      await (over ? kept.forget(name, journal) : kept.leave(name, journal))
    }
  }
}

async function failuresOf(journal: Journal): Promise<TransferFailure[]> {
  const failures: TransferFailure[] = []
  for await (const { path, code, message } of journal.failures()) {
    failures.push({ path, error: new GantryError(code, message) })
  }
  return failures
}

function specOf({ name, from, to }: TransferRequest) {
  return createJobSpec({ id: name, from: from.url, to: to.url })
}

function inMemory(): Journals {
  const left = new Map<string, Journal>()
  return {
    take(request) {
      const journal = left.get(request.name) ?? memoryJournal(specOf(request))
      left.delete(request.name)
      return journal
    },
    async leave(name, journal) {
      left.set(name, journal)
    },
    forget: async (_, journal) => await journal.close(),
  }
}

function inFolder(path: string): Journals {
  const folder = jobFolder(path)
  return {
    take(request) {
      try {
        return folder.open(request.name)
      } catch (error) {
        if (!isGantryError(error) || error.code !== 'not_found') throw error
        return folder.create(specOf(request))
      }
    },
    leave: async (_, journal) => await journal.close(),
    async forget(name, journal) {
      await journal.close()
      folder.forget(name)
    },
  }
}
