import { type Bytes, GantryError, type Hashing, type Store } from '@gantry/core'
import { sideBySide } from '@gantry/core/side-by-side'
import { makeZip, predictLength } from 'client-zip'

import type { Watchdog } from '../runner/watchdog.ts'
import { hasherFor } from './crc32c.ts'
import type { Instance } from './instance.ts'
import { countLength, withCount } from './zip64-count.ts'

/** Where the zip of a study goes; `size` in bytes is known before the first of them comes. */
export type ZipSink = (
  studyInstanceUID: string,
  size: number,
) => WritableStream<Uint8Array> | Promise<WritableStream<Uint8Array>>

/** A file of the directory that goes into a zip; what its store tells of it, it is compared with. */
export type Zipped = Pick<Instance, 'file' | 'size' | 'digests'>

interface Member extends Pick<Instance, 'digests'> {
  readonly name: string
  readonly size: number
  readonly lastModified: Date
}

/** The earliest day that a zip can tell. */
const unknownDate = new Date(1980, 0, 1)

/**
 * Makes one zip of files of the directory, uncompressed, with a chunk of it in memory at a time, and ZIP64 where it is
 * needed. Fails with `not_found` when a file is gone, and with `integrity` when one is not what its store tells of, which `onWrong` is
 * told of; what the sink got of it until then is aborted.
 */
export async function zipStudy(
  study: string,
  files: readonly Zipped[],
  options: {
    readonly directory: Store
    readonly hashing?: Hashing | undefined
    readonly onWrong?: (file: string) => void
    readonly sink: ZipSink | undefined
    readonly signal: AbortSignal
    readonly watchdog: Watchdog
  },
): Promise<{ readonly file: string; readonly size: number }> {
  const { directory, hashing, onWrong = () => {}, sink, watchdog, signal: outer } = options
  const found = new Map<string, Member>()
  const wrong = (name: string) => {
    onWrong(name)
    return new GantryError(
      'integrity',
      'A file of the directory is not what its store tells of: "retry" brings it again.',
      {
        path: name,
      },
    )
  }
  await sideBySide(files, 50, async ({ file: name, size: told, digests }) => {
    const { size, modified } = await watchdog.guard(outer, async ({ signal }) => await directory.stat(name, { signal }))
    if (size === undefined) throw new GantryError('unsupported', 'The directory does not tell how long its files are.')
    if (told !== undefined && told !== size) throw wrong(name)
    const lastModified = modified === undefined ? unknownDate : new Date(modified)
    found.set(name, { name, size, lastModified, ...(digests !== undefined && { digests }) })
  })
  const members = [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  const size = Number(predictLength(members)) + countLength(members)
  const file = `${study}.zip`
  await watchdog.guard(outer, async (watched) => {
    const { signal, touch } = watched
    const zip = withCount(chunksOf(makeZip(inputs(members, { directory, hashing, wrong, signal, touch }))), members)
    if (sink === undefined) {
      await directory.write({ path: file, size, contentType: 'application/zip' }, zip, { signal, report: touch })
    } else {
      // Whoever takes a stream may take their time.
      await watched.aside((async () => await pour(zip, await sink(study, size), signal))())
    }
  })
  return { file, size }
}

interface Reading {
  readonly directory: Store
  readonly hashing: Hashing | undefined
  readonly wrong: (name: string) => GantryError
  readonly signal: AbortSignal
  readonly touch: () => void
}

async function* inputs(members: readonly Member[], reading: Reading) {
  for (const { digests, ...member } of members) {
    // Opened in its turn: no more than one file is open at a time.
    const { body } = await reading.directory.read(member.name, undefined, { signal: reading.signal })
    yield { ...member, input: kept(body, { name: member.name, digests }, reading) }
  }
}

/** A stream holds chunks for a while, and those of a body are borrowed. Fails before its end is told where they are others. */
async function* kept(
  body: Bytes,
  { name, digests }: Pick<Member, 'name' | 'digests'>,
  { hashing, wrong, touch }: Reading,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const started = hasherFor(digests, hashing)
  for await (const chunk of body) {
    touch()
    started?.hasher.update(chunk)
    yield new Uint8Array(chunk)
  }
  if (started !== undefined && started.hasher.digest() !== digests?.[started.algorithm]) throw wrong(name)
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
