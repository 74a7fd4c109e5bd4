import { type Bytes, type Call, GantryError, throwIfCancelled } from '@gantry/core/driver'

import { EarlyFlush } from './early-flush.ts'
import { writeAll } from './file-operations.ts'
import { UncachedWriter } from './uncached-writer.ts'

export interface Target {
  readonly descriptor: number
  readonly file: string
  /** Where its first byte goes. */
  readonly offset: number
  /** How long it must be. */
  readonly size: number | undefined
  readonly durable: boolean
  /** See `isLocalDisk`. */
  readonly local: boolean
}

/** Writes a body into an open file, chunk by chunk; `integrity` when it is not as long as was said. */
export async function writeBody(body: Bytes, target: Target, call: Call): Promise<void> {
  const { descriptor, offset, size, durable, local } = target
  const uncached = durable && local ? await UncachedWriter.open(target) : undefined
  const early = durable && uncached === undefined ? new EarlyFlush(descriptor) : undefined
  let done = 0
  try {
    for await (const chunk of body) {
      throwIfCancelled(call)
      // Not a byte may fall behind the end: there may be the next part.
      if (size !== undefined && done + chunk.length > size) throw wrongLength()
      if (uncached === undefined) await writeAll(descriptor, chunk, offset + done)
      else await uncached.write(chunk)
      done += chunk.length
      early?.written(chunk.length)
      call.report?.(chunk.length)
    }
    if (size !== undefined && done !== size) throw wrongLength()
    throwIfCancelled(call)
    await early?.check()
    await uncached?.end()
  } finally {
    await early?.settled()
    await uncached?.close()
  }
}

function wrongLength(): GantryError {
  return new GantryError('integrity', 'The body has another length than was said.')
}
