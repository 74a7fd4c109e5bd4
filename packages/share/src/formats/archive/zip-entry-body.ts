import type { Bytes } from '@gantry/core'
import { exactly } from '@gantry/core'
import type { FileEntry } from '@zip.js/zip.js/lib/zip-core-reader.js'

import { zipError } from './zip-error.ts'

/** No workers, the platform's own inflater, and the checksum compared when the last byte has come. */
const options = { useWebWorkers: false, useCompressionStream: true, checkCrc32: true } as const

/** All bytes of an entry; more or fewer than its directory promises are `integrity`, and so is another checksum. */
export function entryBody(entry: FileEntry, name: string): Bytes {
  return exactly(inflated(entry, name), entry.uncompressedSize)
}

async function* inflated(entry: FileEntry, name: string): AsyncGenerator<Uint8Array, void, undefined> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const done = entry.getData(writable, options).then(
    () => undefined,
    async (error: unknown) => {
      // What fails before its first byte leaves the stream open, and its reader would wait for ever.
      await writable.abort(error).catch(() => {})
      return error
    },
  )
  const reader = readable.getReader()
  let ended = false
  try {
    for (;;) {
      const { done: last, value } = await reader.read().catch(async (error: unknown) => {
        throw zipError((await done) ?? error, name)
      })
      if (last) break
      yield value
    }
    ended = true
  } finally {
    if (!ended) await reader.cancel().catch(() => {})
  }
  const failure = await done
  if (failure !== undefined) throw zipError(failure, name)
}

/** The bytes of `body` from `start` to `end`; what comes before is passed over, what comes after not asked for. */
export async function* rangeOf(body: Bytes, start: number, end: number): AsyncGenerator<Uint8Array, void, undefined> {
  let at = 0
  for await (const chunk of body) {
    const part = chunk.subarray(Math.max(0, start - at), Math.max(0, end - at))
    if (part.length > 0) yield part
    at += chunk.length
    if (at >= end) return
  }
}
