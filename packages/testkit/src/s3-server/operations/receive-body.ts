import { createHash, type Hash } from 'node:crypto'
import { memoryWriter } from '../bytes/memory-bytes.ts'
import type { BytesWriter } from '../bytes/stored-bytes.ts'
import { type ChecksumAlgorithm, checksumHeader } from '../checksum/algorithm.ts'
import { chunkedDecoder, type ChunkedDecoder } from '../protocol/aws-chunked.ts'
import { startChunkSignatures } from '../protocol/chunk-signatures.ts'
import { S3Error } from '../protocol/s3-error.ts'
import { badChecksum, checkedValue, claimedChecksum, type ClaimedChecksum } from './claimed-checksum.ts'
import type { S3Context } from './context.ts'
import { type MeasuredBytes, measuredWriter } from './measured-writer.ts'

export interface ReceivedBody extends MeasuredBytes {
  /** The checksum that the client sent, if any: it was verified, or the server discards bodies. */
  readonly claimed: { readonly algorithm: ChecksumAlgorithm; readonly value: string } | undefined
}

const largestBody = 5 * 1024 ** 3
const largestDocument = 8 * 1024 ** 2

/** Stores a request's body, if it is what its headers, signatures and trailers say; else nothing of it is left. */
export function receiveBody(context: S3Context, also?: ChecksumAlgorithm): Promise<ReceivedBody> {
  const { store } = context.world
  const { headers } = context.request
  return receive(context, store.create(), {
    measure: !store.discards,
    limit: largestBody,
    claimed: claimedChecksum(headers),
    also,
  })
}

/** An XML document that came as the body. */
export function receiveText(context: S3Context): Promise<string> {
  return receiveDocument(context, claimedChecksum(context.request.headers))
}

/** The same, where checksum headers speak of something else than the document. */
export function receiveUncheckedText(context: S3Context): Promise<string> {
  return receiveDocument(context, undefined)
}

async function receiveDocument(context: S3Context, claimed: ClaimedChecksum | undefined): Promise<string> {
  const received = await receive(context, memoryWriter(), { measure: true, limit: largestDocument, claimed })
  const chunks: Buffer[] = []
  for await (const chunk of received.bytes.read(0, received.bytes.size)) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

interface Terms {
  readonly measure: boolean
  readonly limit: number
  readonly claimed: ClaimedChecksum | undefined
  readonly also?: ChecksumAlgorithm | undefined
}

async function receive(context: S3Context, writer: BytesWriter, terms: Terms): Promise<ReceivedBody> {
  const { headers } = context.request
  const payloadHash = context.identity?.claim.payloadHash ?? 'UNSIGNED-PAYLOAD'
  const decoder = decoderFor(context, payloadHash)
  const length = expectedLength(headers, decoder !== undefined)
  if (length > terms.limit) throw new S3Error('EntityTooLarge')
  const { claimed } = terms
  const wanted = [claimed?.algorithm, terms.also].filter((name) => name !== undefined)
  const { flipStored } = context.interference
  const sink = measuredWriter(writer, { algorithms: new Set(wanted), measure: terms.measure, flipStored })
  const sha256 = terms.measure && /^[0-9a-f]{64}$/.test(payloadHash) ? createHash('sha256') : undefined
  try {
    const size = await pump(context, decoder, sha256, (piece) => sink.write(piece))
    if (size !== length) throw new S3Error('IncompleteBody')
    if (sha256 && sha256.digest('hex') !== payloadHash) throw new S3Error('XAmzContentSHA256Mismatch')
    const measured = await sink.finish()
    try {
      if (terms.measure) checkMd5(headers.get('content-md5'), measured.etag)
      return { ...measured, claimed: checkClaimed(claimed, decoder, terms.measure ? measured : undefined) }
    } catch (error) {
      await measured.bytes.release()
      throw error
    }
  } catch (error) {
    await sink.abort()
    throw error
  }
}

async function pump(
  context: S3Context,
  decoder: ChunkedDecoder | undefined,
  sha256: Hash | undefined,
  write: (piece: Buffer) => void | Promise<void>,
): Promise<number> {
  let arrived = 0
  let size = 0
  context.proceed()
  for await (const chunk of context.request.body as AsyncIterable<Buffer>) {
    arrived += chunk.length
    await context.interference.received?.(arrived)
    for (const piece of decoder ? decoder.push(chunk) : [chunk]) {
      size += piece.length
      sha256?.update(piece)
      const written = write(piece)
      if (written) await written
    }
  }
  decoder?.finish()
  return size
}

function decoderFor(context: S3Context, payloadHash: string): ChunkedDecoder | undefined {
  const { identity } = context
  if (!identity || !payloadHash.startsWith('STREAMING-')) return undefined
  switch (payloadHash) {
    case 'STREAMING-UNSIGNED-PAYLOAD-TRAILER':
      return chunkedDecoder()
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD':
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER':
      return chunkedDecoder(startChunkSignatures(identity))
    default:
      throw new S3Error('NotImplemented', { message: 'This way of streaming a body is not implemented' })
  }
}

function expectedLength(headers: ReadonlyMap<string, string>, chunked: boolean): number {
  const text = headers.get(chunked ? 'x-amz-decoded-content-length' : 'content-length')
  if (text !== undefined && !/^\d+$/.test(text)) throw new S3Error('InvalidArgument')
  if (text !== undefined) return Number(text)
  // A request without either header has no body at all (RFC 9112, 6.3).
  if (chunked || headers.has('transfer-encoding')) throw new S3Error('MissingContentLength')
  return 0
}

function checkMd5(given: string | undefined, etag: string): void {
  if (given === undefined) return
  const bytes = Buffer.from(given, 'base64')
  if (bytes.length !== 16) throw new S3Error('InvalidDigest')
  if (bytes.toString('hex') !== etag) throw new S3Error('BadDigest')
}

function checkClaimed(
  claimed: ClaimedChecksum | undefined,
  decoder: ChunkedDecoder | undefined,
  measured: MeasuredBytes | undefined,
): ReceivedBody['claimed'] {
  if (!claimed) return undefined
  const { algorithm } = claimed
  const value = claimed.value ?? decoder?.trailers.get(checksumHeader(algorithm))
  if (value === undefined) throw new S3Error('MalformedTrailerError')
  checkedValue(algorithm, value)
  if (measured && measured.checksums.get(algorithm) !== value) throw badChecksum(algorithm)
  return { algorithm, value }
}
