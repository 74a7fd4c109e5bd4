import { GcsError } from './gcs-error.ts'

export interface RelatedParts {
  readonly metadata: string
  readonly contentType: string | undefined
  readonly media: Buffer
}

/** The two parts of a multipart upload (RFC 2387): metadata in JSON, and the bytes. */
export function parseRelated(contentType: string | undefined, body: Buffer): RelatedParts {
  const match = /boundary=(?:"([^"]+)"|([^\s;]+))/u.exec(contentType ?? '')
  const boundary = match?.[1] ?? match?.[2]
  if (boundary === undefined) throw malformed()
  const delimiter = `--${boundary}`
  const first = body.indexOf(delimiter)
  const second = body.indexOf(`\r\n${delimiter}`, first + delimiter.length)
  const last = body.lastIndexOf(`\r\n${delimiter}--`)
  if (first < 0 || second < 0 || last <= second) throw malformed()
  const about = partOf(body.subarray(first + delimiter.length, second))
  const media = partOf(body.subarray(second + 2 + delimiter.length, last))
  const type = /^content-type:\s*(.+?)\s*$/imu.exec(media.head)?.[1]
  return { metadata: about.bytes.toString('utf8'), contentType: type, media: media.bytes }
}

function partOf(part: Buffer): { readonly head: string; readonly bytes: Buffer } {
  const end = part.indexOf('\r\n\r\n')
  if (end < 0) throw malformed()
  return { head: part.subarray(0, end).toString('latin1'), bytes: part.subarray(end + 4) }
}

function malformed(): GcsError {
  return new GcsError('invalid', { message: 'Malformed multipart body.' })
}
