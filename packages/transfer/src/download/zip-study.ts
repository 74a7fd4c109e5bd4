import { type Bytes, GantryError, type Store } from '@gantry/core'
import { makeZip, predictLength } from 'client-zip'

import { sideBySide } from '@gantry/core/side-by-side'
import type { Watchdog } from '../runner/watchdog.ts'
import { countLength, withCount } from './zip64-count.ts'

/** Where the zip of a study goes; `size` in bytes is known before the first of them comes. */
export type ZipSink = (
  studyInstanceUID: string,
  size: number,
) => WritableStream<Uint8Array> | Promise<WritableStream<Uint8Array>>

interface Member {
  readonly name: string
  readonly size: number
  readonly lastModified: Date
}

/** The earliest day that a zip can tell. */
const unknownDate = new Date(1980, 0, 1)

/**
 * Makes one zip of files of the directory, uncompressed, with a chunk of it in memory at a time, and ZIP64 where it is
 * needed. Fails with `not_found` when a file is gone; what the sink got of it until then is aborted.
 */
export async function zipStudy(
  study: string,
  files: readonly string[],
  options: {
    readonly directory: Store
    readonly sink: ZipSink | undefined
    readonly signal: AbortSignal
    readonly watchdog: Watchdog
  },
): Promise<{ readonly file: string; readonly size: number }> {
  const { directory, sink, watchdog, signal: outer } = options
  const found = new Map<string, Member>()
  await sideBySide(files, 50, async (name) => {
    const { size, modified } = await watchdog.guard(outer, async ({ signal }) => await directory.stat(name, { signal }))
    if (size === undefined) throw new GantryError('unsupported', 'The directory does not tell how long its files are.')
    found.set(name, { name, size, lastModified: modified === undefined ? unknownDate : new Date(modified) })
  })
  const members = [...files].sort().flatMap((name) => found.get(name) ?? [])
  const size = Number(predictLength(members)) + countLength(members)
  const file = `${study}.zip`
  await watchdog.guard(outer, async (watched) => {
    const { signal, touch } = watched
    const zip = withCount(chunksOf(makeZip(inputs(members, directory, { signal, touch }))), members)
    if (sink === undefined) {
      await directory.write({ path: file, size, contentType: 'application/zip' }, zip, { signal, report: touch })
    } else {
      // Whoever takes a stream may take their time.
      await watched.aside((async () => await pour(zip, await sink(study, size), signal))())
    }
  })
  return { file, size }
}

async function* inputs(
  members: readonly Member[],
  directory: Store,
  { signal, touch }: { readonly signal: AbortSignal; readonly touch: () => void },
) {
  for (const member of members) {
    // Opened in its turn: no more than one file is open at a time.
    const { body } = await directory.read(member.name, undefined, { signal })
    yield { ...member, input: kept(body, touch) }
  }
}

/** A stream holds chunks for a while, and those of a body are borrowed. */
async function* kept(body: Bytes, touch: () => void): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  for await (const chunk of body) {
    touch()
    yield new Uint8Array(chunk)
  }
}

/** Not every browser's streams can be iterated. */
async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}

/** All of a body, or the stream is aborted: what came until then must not be taken for a zip. */
async function pour(body: Bytes, into: WritableStream<Uint8Array>, signal: AbortSignal): Promise<void> {
  const writer = into.getWriter()
  try {
    for await (const chunk of body) {
      if (signal.aborted) throw new GantryError('cancelled', 'Stopped on request.')
      await writer.ready
      // Not awaited: the stream's own queue is what limits it, and `ready` and `close` tell what failed.
      writer.write(chunk).catch(() => {})
    }
    await writer.close()
  } catch (error) {
    await writer.abort(error).catch(() => {})
    throw error
  }
}
