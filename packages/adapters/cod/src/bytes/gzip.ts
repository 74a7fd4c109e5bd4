import { type Bytes, collect, GantryError } from '@gantry/core/driver'

/** What is used of Node's own, where this is Node: for short bytes a stream costs ten times as much. */
interface Zlib {
  gunzipSync(bytes: Uint8Array, options: { readonly maxOutputLength: number }): Uint8Array
}

const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }
const zlib = process?.getBuiltinModule?.('node:zlib') as Zlib | undefined
/** Compressed bytes that nobody waits for: longer ones are a stream's, which lets others have their turn. */
const short = 64 * 1024

/** Whether the bytes are gzip: by their first two, because what a header says of them may have been lost on the way. */
function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/** The bytes as they were before they were compressed, if they were; more than `limit` are `invalid`. */
export async function unzipped(bytes: Uint8Array, limit: number): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes
  try {
    // What is too long is left to the other way, which says so.
    const atOnce = bytes.length <= short ? unzippedAtOnce(bytes, limit) : undefined
    return atOnce ?? (await collect(through(bytes, new DecompressionStream('gzip')), limit))
  } catch (error) {
    if (error instanceof GantryError) throw error
    // Not retryable: the same bytes will fail again.
    const about = { cause: error, retryable: false }
    throw new GantryError('integrity', 'The compressed bytes are cut off or damaged.', about)
  }
}

function unzippedAtOnce(bytes: Uint8Array, limit: number): Uint8Array | undefined {
  try {
    return zlib?.gunzipSync(bytes, { maxOutputLength: Math.min(limit, 16 * 1024 * 1024) })
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

export async function zipped(bytes: Uint8Array): Promise<Uint8Array> {
  return await collect(through(bytes, new CompressionStream('gzip')), Number.MAX_SAFE_INTEGER)
}

async function* through(
  bytes: Uint8Array,
  stream: { readonly readable: ReadableStream<Uint8Array>; readonly writable: WritableStream<Uint8Array<ArrayBuffer>> },
): Bytes & AsyncGenerator<Uint8Array, void, undefined> {
  const writer = stream.writable.getWriter()
  // What fails here fails at the other side too, where it is seen.
  const writing = writer.write(Uint8Array.from(bytes)).then(
    async () => await writer.close(),
    () => {},
  )
  writing.catch(() => {})
  const reader = stream.readable.getReader()
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
