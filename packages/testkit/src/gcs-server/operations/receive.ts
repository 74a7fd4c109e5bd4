import type { StoredBytes } from '../../s3-server/bytes/stored-bytes.ts'
import { GcsError } from '../protocol/gcs-error.ts'
import type { GcsContext } from './gcs-context.ts'

const longestDocument = 8 * 1024 * 1024

/** What has arrived of a body, and whether that is all of it. */
export interface Received {
  readonly bytes: StoredBytes
  /** Why there is no more. */
  readonly failure: unknown
}

/** Takes a body in as far as it comes: the beginning of one that breaks off is kept. */
export async function receive(context: GcsContext, onChunk?: (chunk: Buffer) => void): Promise<Received> {
  const { world, request, interference } = context
  const writer = world.store.create()
  let arrived = 0
  let failure: unknown
  context.proceed()
  try {
    for await (const chunk of request.body as AsyncIterable<Buffer>) {
      onChunk?.(chunk)
      await writer.write(chunk)
      arrived += chunk.length
      await interference.received?.(arrived)
    }
    const length = request.headers.get('content-length')
    if (length !== undefined && Number(length) !== arrived) throw new GcsError('invalid')
  } catch (error) {
    failure = error
  }
  return { bytes: await writer.finish(), failure }
}

/** All of a body that is small enough to be held. */
export async function receiveBuffer(context: GcsContext, limit = Infinity): Promise<Buffer> {
  const { request, interference } = context
  const chunks: Buffer[] = []
  let arrived = 0
  context.proceed()
  for await (const chunk of request.body as AsyncIterable<Buffer>) {
    arrived += chunk.length
    await interference.received?.(arrived)
    if (arrived > limit) throw new GcsError('invalid', { message: 'The body is too long.' })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

export async function receiveText(context: GcsContext): Promise<string> {
  return (await receiveBuffer(context, longestDocument)).toString('utf8')
}

/** A JSON object, or nothing. */
export async function receiveJson(context: GcsContext): Promise<Readonly<Record<string, unknown>>> {
  return parseJson(await receiveText(context))
}

export function parseJson(text: string): Readonly<Record<string, unknown>> {
  if (text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    // Told below.
  }
  throw new GcsError('invalid', { message: 'Parse Error' })
}

/** The name that metadata or the URL give to what is uploaded. */
export function nameOf(json: Readonly<Record<string, unknown>>, query?: URLSearchParams): string {
  const name = json['name'] ?? query?.get('name')
  return typeof name === 'string' ? name : ''
}
