import type { ServerResponse } from 'node:http'
import type { BytesRange, S3Answer } from './protocol/answer.ts'
import type { S3FaultAction } from './fault.ts'
import { flipped } from './operations/measured-writer.ts'

const blockSize = 256 * 1024
/** Blocks that bodies were read into, for the next ones: memory that is new costs more than to read a file into it. */
const spare: Buffer[] = []
const mostSpare = 64

/** Writes an answer, as a fault would have it. Returns when it is written or the client is gone. */
export async function sendAnswer(response: ServerResponse, answer: S3Answer, fault?: S3FaultAction): Promise<void> {
  const { body } = answer
  try {
    if (response.destroyed) return
    if (typeof body === 'object' || (body !== undefined && bodyFault(fault))) await sendStream(response, answer, fault)
    else {
      writeHead(response, answer, typeof body === 'string' ? Buffer.byteLength(body) : undefined)
      response.end(body)
    }
  } finally {
    if (typeof body === 'object') await body.bytes.release()
  }
}

/** Settles when the connection is closed, by whomever. */
export async function closed(response: ServerResponse): Promise<void> {
  if (!response.destroyed) await new Promise<void>((resolve) => response.once('close', () => resolve()))
}

function bodyFault(fault: S3FaultAction | undefined): boolean {
  switch (fault?.kind) {
    case 'truncate':
      return true
    case 'flip':
      return fault.what === 'returned'
    case 'reset':
    case 'stall':
      return fault.when === 'response-body'
    default:
      return false
  }
}

function writeHead(response: ServerResponse, answer: S3Answer, length: number | undefined): void {
  response.statusCode = answer.status
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined) response.setHeader(name, value)
  }
  if (length !== undefined && !response.hasHeader('content-length')) response.setHeader('content-length', length)
  // Without it Node would send an empty body in chunks.
  else if (answer.body === undefined && answer.status === 200 && !response.hasHeader('content-length')) {
    response.setHeader('content-length', 0)
  }
}

async function sendStream(response: ServerResponse, answer: S3Answer, fault: S3FaultAction | undefined): Promise<void> {
  const block = spare.pop() ?? Buffer.allocUnsafeSlow(blockSize)
  try {
    await sendBody(response, answer, fault, block)
  } finally {
    if (spare.length < mostSpare) spare.push(block)
  }
}

async function sendBody(
  response: ServerResponse,
  answer: S3Answer,
  fault: S3FaultAction | undefined,
  block: Buffer,
): Promise<void> {
  const { length, chunks } = streamOf(answer.body, block)
  const cut = cutOf(fault)
  const short = fault?.kind === 'truncate' && fault.silently ? Math.min(length, fault.bytes) : length
  writeHead(response, { ...answer, headers: { ...answer.headers, 'content-length': short } }, undefined)
  const flip = fault?.kind === 'flip' ? fault.at : -1
  let offset = 0
  for await (const whole of chunks) {
    const at = flip - offset
    const chunk = at >= 0 && at < whole.length ? flipped(whole, at) : whole
    const room = cut - offset
    offset += chunk.length
    await written(response, room < chunk.length ? chunk.subarray(0, room) : chunk)
    if (response.destroyed) return
    if (offset >= cut) break
  }
  if (cut >= length || short < length) response.end()
  else await breakOff(response, fault)
}

function streamOf(
  body: string | BytesRange | undefined,
  block: Buffer,
): {
  length: number
  chunks: Iterable<Buffer> | AsyncIterable<Buffer>
} {
  if (typeof body !== 'object') {
    const bytes = Buffer.from(body ?? '')
    return { length: bytes.length, chunks: bytes.length > 0 ? [bytes] : [] }
  }
  const { bytes, start, end } = body
  return { length: end - start, chunks: bytes.read(start, end, block) }
}

/** After how many bytes the body stops. */
function cutOf(fault: S3FaultAction | undefined): number {
  if (fault?.kind === 'truncate') return fault.bytes
  const inBody = (fault?.kind === 'reset' || fault?.kind === 'stall') && fault.when === 'response-body'
  return inBody ? (fault.bytes ?? 0) : Infinity
}

async function breakOff(response: ServerResponse, fault: S3FaultAction | undefined): Promise<void> {
  response.flushHeaders()
  if (fault?.kind === 'stall') {
    await closed(response)
    return
  }
  // What was written must reach the client first: a reset would take it back.
  const { socket } = response
  if (!socket) return
  await new Promise<void>((resolve) => socket.write('', () => resolve()))
  if (fault?.kind === 'reset') socket.resetAndDestroy()
  else socket.destroySoon()
}

/** Settles when the system has taken the chunk, or the connection is closed: the chunk may be written over then. */
async function written(response: ServerResponse, chunk: Buffer): Promise<void> {
  if (response.destroyed) return
  await new Promise<void>((resolve) => {
    const done = () => {
      response.off('close', done)
      resolve()
    }
    response.on('close', done)
    response.write(chunk, done)
  })
}
