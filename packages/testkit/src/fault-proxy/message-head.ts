import type { ByteReader } from './byte-reader.ts'

/** The first lines of a request or answer, with the bytes that they came as: those are what is passed on. */
export interface MessageHead {
  readonly raw: Buffer
  readonly startLine: string
  /** By name in lower case; repeated ones are joined by commas. */
  readonly headers: ReadonlyMap<string, string>
}

/** What is not a head: all that was read of it. Empty at a clean end. */
export interface NoHead {
  readonly raw: Buffer
  readonly startLine: undefined
}

const mark = '\r\n\r\n'
const longest = 1024 * 1024

/** Reads a head (RFC 9112 2.1). Empty lines before its start line belong to it. */
export async function readHead(reader: ByteReader): Promise<MessageHead | NoHead> {
  let raw = await reader.through(mark, longest)
  while (raw.toString('latin1') === mark) raw = Buffer.concat([raw, await reader.through(mark, longest)])
  const [startLine = '', ...lines] = raw.toString('latin1').trimStart().split('\r\n')
  if (!startLine.includes('HTTP/') || raw.toString('latin1', raw.length - mark.length) !== mark) {
    return { raw, startLine: undefined }
  }
  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon < 0) continue
    const name = line.slice(0, colon).trim().toLowerCase()
    const value = line.slice(colon + 1).trim()
    const before = headers.get(name)
    headers.set(name, before === undefined ? value : `${before}, ${value}`)
  }
  return { raw, startLine, headers }
}

/** How many bytes follow a head: so many, chunks, or all until the end of the connection. */
export type Framing = number | 'chunked' | 'until-end'

/** RFC 9112 6.3 for requests. */
export function requestFraming({ headers }: MessageHead): Framing {
  if (headers.has('transfer-encoding')) return 'chunked'
  return declaredLength(headers) ?? 0
}

/** RFC 9112 6.3 for answers. */
export function responseFraming({ headers }: MessageHead, method: string, status: number): Framing {
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return 0
  if (method === 'CONNECT' && status < 300) return 0
  if (/\bchunked\b/i.test(headers.get('transfer-encoding') ?? '')) return 'chunked'
  return declaredLength(headers) ?? 'until-end'
}

function declaredLength(headers: ReadonlyMap<string, string>): number | undefined {
  const length = Number.parseInt(headers.get('content-length') ?? '', 10)
  return Number.isSafeInteger(length) && length >= 0 ? length : undefined
}
