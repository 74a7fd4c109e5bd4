import { asGantryError, GantryError, type Signal, toCall } from '@gantry/core'
import { close, passage } from '@gantry/core/driver'
import { sideBySide } from '@gantry/core/side-by-side'

import type { Transfer, TransferFailure, TransferRequest } from '../gantry/platform.ts'
import { repeatedly } from '../repeatedly.ts'

export interface WebTransferOptions {
  /** Entries at a time; default: 4, of the 6 connections that browsers have to a host. */
  readonly concurrency?: number | undefined
  /** Milliseconds in which something of an entry must move; default: 60 seconds. */
  readonly stall?: number | undefined
  /** Times that an entry is tried; default: 6. */
  readonly attempts?: number | undefined
}

/**
 * Copies entry by entry, each tried again where that may help. It keeps no journal: whoever asks lists what is missing,
 * and so an interrupted copy goes on at the entry that was under way, in another page as well.
 */
export function createWebTransfer(options: WebTransferOptions = {}): Transfer {
  const { concurrency = 4, stall = 60_000, attempts = 6 } = options
  return async (request) => {
    const { from, signal, onProgress } = request
    const failures: TransferFailure[] = []
    /** Bytes of entries that are under way. */
    const moved = new Map<string, number>()
    let total = 0
    const tell = (path: string, bytes: number) => {
      total += bytes - (moved.get(path) ?? 0)
      moved.set(path, bytes)
      onProgress?.(total)
    }
    await sideBySide(from.list({}, callOf(signal)), concurrency, async ({ path, size }) => {
      throwIfStopped(signal)
      try {
        await repeatedly({ signal, attempts }, async () => await send(request, path, size, stall, tell))
      } catch (error) {
        throwIfStopped(signal)
        failures.push({ path, error: asGantryError(error, 'The copy failed in a way that nobody expected.') })
      } finally {
        moved.delete(path)
      }
    })
    return failures
  }
}

async function send(
  { from, to, signal }: TransferRequest,
  path: string,
  size: number | undefined,
  stall: number,
  tell: (path: string, bytes: number) => void,
): Promise<void> {
  const controller = new AbortController()
  const stop = () => controller.abort(signal?.reason)
  if (signal?.aborted === true) stop()
  signal?.addEventListener('abort', stop, { once: true })
  let late = false
  const watch = () =>
    setTimeout(() => {
      late = true
      controller.abort()
    }, stall)
  let watching = watch()
  let over = false
  const touch = () => {
    clearTimeout(watching)
    if (!over) watching = watch()
  }
  try {
    // What was read moves on: a destination that gathers sends long after its body came.
    const call = { signal: controller.signal, report: touch }
    const { entry, body } = await from.read(path, undefined, call)
    let seen = 0
    const passing = passage(body, {
      see: (chunk) => {
        touch()
        seen += chunk.length
      },
      // Whoever asks for the next chunk is done with those before.
      asked: () => {
        if (seen > 0) tell(path, seen)
      },
    })
    const length = size ?? entry.size
    try {
      await to.write({ path, ...(length !== undefined && { size: length }) }, passing, call)
    } finally {
      // A destination that refuses has asked for nothing, and the source would stay open.
      await close(passing)
    }
  } catch (error) {
    tell(path, 0)
    if (late) throw new GantryError('timeout', 'Nothing moved for too long.', { cause: error })
    throw error
  } finally {
    over = true
    clearTimeout(watching)
    signal?.removeEventListener('abort', stop)
  }
}

function throwIfStopped(signal: Signal | undefined): void {
  if (signal?.aborted === true) throw new GantryError('cancelled', 'Stopped on request.', { cause: signal.reason })
}

function callOf(signal: Signal | undefined) {
  return signal === undefined ? {} : { signal: toCall({ signal }).signal }
}
