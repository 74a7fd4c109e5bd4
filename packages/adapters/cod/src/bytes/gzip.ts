import { type Bytes, bytesOf, GantryError, isGantryError } from '@gantry/core/driver'

import { beginningOf } from './beginning-of.ts'
import { inBlocks } from './in-blocks.ts'

/** What is used of Node's own, where this is Node: for short bytes a stream costs ten times as much. */
interface Zlib {
  gunzipSync(bytes: Uint8Array, options: { readonly maxOutputLength: number }): Uint8Array
}

interface Transform {
  readonly readable: ReadableStream<Uint8Array>
  readonly writable: WritableStream<Uint8Array<ArrayBuffer>>
}

const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }
const zlib = process?.getBuiltinModule?.('node:zlib') as Zlib | undefined
/** Compressed bytes that nobody waits for: longer ones are a stream's, which lets others have their turn. */
const short = 64 * 1024

/** Whether the bytes are gzip: by their first two, because what a header says of them may have been lost on the way. */
function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/** A body as it was before it was compressed, if it was, in pieces that are lent; more than `limit` bytes are `invalid`. */
export async function* unzipped(body: Bytes, limit: number): AsyncGenerator<Uint8Array, void, undefined> {
  const { bytes, rest } = await beginningOf(body, short)
  const isZipped = isGzip(bytes)
  const atOnce = rest === undefined && isZipped ? unzippedAtOnce(bytes, limit) : undefined
  const pieces = rest ?? bytesOf(atOnce ?? bytes)
  let length = 0
  for await (const piece of isZipped && atOnce === undefined ? decompressed(pieces) : pieces) {
    length += piece.length
    if (length > limit) throw new GantryError('invalid', `The body is longer than ${limit} bytes.`)
    yield piece
  }
}

/** What is too long is left to the other way, which says so. */
function unzippedAtOnce(bytes: Uint8Array, limit: number): Uint8Array | undefined {
  try {
    return zlib?.gunzipSync(bytes, { maxOutputLength: Math.min(limit, 16 * 1024 * 1024) })
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw damaged(error)
  }
}

/** What `zipped` made, as it was. */
export async function* decompressed(body: Bytes): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* through(body, new DecompressionStream('gzip'))
  } catch (error) {
    throw isGantryError(error) ? error : damaged(error)
  }
}

export function zipped(body: Bytes): AsyncGenerator<Uint8Array, void, undefined> {
  return through(body, new CompressionStream('gzip'))
}

/** Not retryable: the same bytes will fail again. */
function damaged(cause: unknown): GantryError {
  return new GantryError('integrity', 'The compressed bytes are cut off or damaged.', { cause, retryable: false })
}

async function* through(body: Bytes, { readable, writable }: Transform): AsyncGenerator<Uint8Array, void, undefined> {
  const failed: { of?: { readonly error: unknown } } = {}
  const reader = readable.getReader()
  const writing = feed(body, writable.getWriter(), (error) => (failed.of = { error }))
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } catch (error) {
    // What the stream makes of it is not the reason.
    throw failed.of === undefined ? error : failed.of.error
  } finally {
    await reader.cancel().catch(() => {})
    await writing
  }
}

/** Never rejects: what fails there fails at the other side too, where it is seen. */
async function feed(
  body: Bytes,
  writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>,
  failed: (error: unknown) => void,
): Promise<void> {
  const blocks = inBlocks(body)
  try {
    for (;;) {
      const block = await blocks.next().catch((error: unknown) => {
        failed(error)
        throw error
      })
      if (block.done === true) break
      await writer.write(block.value)
    }
    await writer.close()
  } catch (error) {
    await writer.abort(error).catch(() => {})
  } finally {
    await blocks.return().catch(() => {})
  }
}
