import type { ChunkSignatures } from './chunk-signatures.ts'
import { S3Error } from './s3-error.ts'

/**
 * The framing of `Content-Encoding: aws-chunked`:
 * `hex-size[;chunk-signature=...]\r\n data \r\n`, ended by a chunk of size zero, then trailers and an empty line.
 */
export interface ChunkedDecoder {
  /** The data in what has arrived, without the framing; slices of it, not copies. */
  push(data: Buffer): Buffer[]
  /** To be called at the body's end: throws IncompleteBody if the last chunk or line is missing. */
  finish(): void
  readonly trailers: ReadonlyMap<string, string>
}

/** Only the last chunk with data may be smaller, as on AWS. */
const leastChunk = 8192
const longestLine = 16 * 1024

type State = 'size' | 'data' | 'after-data' | 'trailer' | 'done'

export function chunkedDecoder(signatures?: ChunkSignatures): ChunkedDecoder {
  const trailers = new Map<string, string>()
  let state: State = 'size'
  let line: Buffer[] = []
  let remaining = 0
  let smallChunkSeen = false
  let chunkSignature = ''
  let trailerLines = ''
  let trailersProven = false

  function beginChunk(text: string): void {
    const match = /^([0-9a-f]{1,15})(?:;chunk-signature=([0-9a-f]{64}))?$/i.exec(text)
    if (!match) throw new S3Error('IncompleteBody', { message: 'The request body is not framed as aws-chunked' })
    remaining = Number.parseInt(match[1] ?? '', 16)
    chunkSignature = match[2] ?? ''
    if (remaining > 0) {
      if (smallChunkSeen) throw new S3Error('InvalidChunkSizeError')
      smallChunkSeen = remaining < leastChunk
      state = 'data'
    } else {
      signatures?.endChunk(chunkSignature)
      state = 'trailer'
    }
  }

  function readTrailer(text: string): void {
    if (text === '') {
      state = 'done'
      return
    }
    const colon = text.indexOf(':')
    if (colon < 1) throw new S3Error('MalformedTrailerError')
    const name = text.slice(0, colon).trim().toLowerCase()
    const value = text.slice(colon + 1).trim()
    if (name === 'x-amz-trailer-signature') {
      signatures?.endTrailers(trailerLines, value)
      trailersProven = true
    } else {
      trailers.set(name, value)
      trailerLines += `${name}:${value}\n`
    }
  }

  function endLine(text: string): void {
    if (state === 'size') beginChunk(text)
    else if (state === 'trailer') readTrailer(text)
    else if (text === '') state = 'size'
    else throw new S3Error('IncompleteBody', { message: 'A chunk is longer than its size says' })
  }

  function takeLine(data: Buffer, start: number): number {
    const newline = data.indexOf(10, start)
    const end = newline === -1 ? data.length : newline + 1
    line.push(data.subarray(start, end))
    if (line.reduce((sum, piece) => sum + piece.length, 0) > longestLine) throw new S3Error('IncompleteBody')
    if (newline === -1) return end
    const text = Buffer.concat(line).toString('latin1')
    line = []
    endLine(text.replace(/\r?\n$/, ''))
    return end
  }

  function takeData(data: Buffer, start: number, into: Buffer[]): number {
    const end = Math.min(data.length, start + remaining)
    const piece = data.subarray(start, end)
    signatures?.update(piece)
    into.push(piece)
    remaining -= piece.length
    if (remaining === 0) {
      signatures?.endChunk(chunkSignature)
      state = 'after-data'
    }
    return end
  }

  return {
    trailers,
    push: (data) => {
      const pieces: Buffer[] = []
      for (let at = 0; at < data.length;) {
        if (state === 'done') throw new S3Error('IncompleteBody', { message: 'Bytes follow the last chunk' })
        at = state === 'data' ? takeData(data, at, pieces) : takeLine(data, at)
      }
      return pieces
    },
    finish: () => {
      // Some clients leave out the empty line where there are no trailers.
      if (state !== 'done' && !(state === 'trailer' && line.length === 0 && trailers.size === 0))
        throw new S3Error('IncompleteBody')
      if (signatures && trailers.size > 0 && !trailersProven) throw new S3Error('SignatureDoesNotMatch')
    },
  }
}
