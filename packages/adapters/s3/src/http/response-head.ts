import { GantryError } from '@gantry/core/driver'

/** Bytes that a status line and its headers may take; S3 sends under 2 KiB. */
export const longestHead = 64 * 1024

/** Status line and headers of one answer. */
export interface ResponseHead {
  readonly status: number
  /** By lower-case name; repeated ones are joined as RFC 9110 5.3 says. */
  readonly headers: ReadonlyMap<string, string>
  /** The server will take another request on this connection. */
  readonly keepAlive: boolean
}

/** Where the head ends, after its empty line; `-1` as long as that has not come. */
export function endOfHead(bytes: Buffer, from = 0): number {
  const end = bytes.indexOf('\r\n\r\n', Math.max(0, from - 3), 'latin1')
  return end < 0 ? -1 : end + 4
}

/** Reads what stands before `endOfHead`. Strict: what is not HTTP/1.x ends the connection instead of being guessed. */
export function parseResponseHead(bytes: Buffer): ResponseHead {
  const lines = bytes.toString('latin1', 0, bytes.length - 4).split('\r\n')
  const status = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: |$)/u.exec(lines[0] ?? '')
  if (status === null) throw malformed()
  const headers = new Map<string, string>()
  for (let index = 1; index < lines.length; index += 1) {
    const line = lines[index] ?? ''
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(0, colon))
    // Also refuses continuation lines, which RFC 9112 5.2 forbids, and bare line feeds, which hide headers.
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/u.test(name) || /[\0\r\n]/u.test(line)) throw malformed()
    const key = name.toLowerCase()
    const value = line.slice(colon + 1).trim()
    const before = headers.get(key)
    headers.set(key, before === undefined ? value : `${before}, ${value}`)
  }
  const connection = (headers.get('connection') ?? '').toLowerCase()
  const keepAlive = status[1] === '1' ? !connection.includes('close') : connection.includes('keep-alive')
  return { status: Number(status[2]), headers, keepAlive }
}

/** How the body of an answer is delimited: by its length, by chunks, or by the end of the connection. */
export type Framing = number | 'chunked' | 'close'

/** RFC 9112 6.3. Two lengths that differ are refused: they are how answers are smuggled. */
export function framingOf(method: string, head: ResponseHead): Framing {
  const { status, headers } = head
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return 0
  const coding = headers.get('transfer-encoding')
  if (coding !== undefined) {
    if (coding.toLowerCase() !== 'chunked') throw malformed()
    return 'chunked'
  }
  const lengths = headers.get('content-length')?.split(/\s*,\s*/u)
  const length = lengths?.[0]
  if (lengths === undefined || length === undefined) return 'close'
  if (!/^\d{1,15}$/u.test(length) || lengths.some((other) => other !== length)) throw malformed()
  return Number(length)
}

export function malformed(): GantryError {
  return new GantryError('unavailable', 'The server answered with something that is not HTTP/1.1.')
}
