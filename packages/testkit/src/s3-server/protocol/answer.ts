import type { StoredBytes } from '../bytes/stored-bytes.ts'
import { writeXml, type XmlContent } from './write-xml.ts'

export interface BytesRange {
  readonly bytes: StoredBytes
  readonly start: number
  /** Exclusive. */
  readonly end: number
}

/** What is to be sent: made before anything is written, so that a fault can still change it. */
export interface S3Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | number | undefined>>
  /** Whoever sends a range releases its bytes. */
  readonly body?: string | BytesRange
}

export function emptyAnswer(status = 200, headers: S3Answer['headers'] = {}): S3Answer {
  return { status, headers }
}

export function xmlAnswer(root: string, content: XmlContent, headers: S3Answer['headers'] = {}): S3Answer {
  return { status: 200, headers: { 'content-type': 'application/xml', ...headers }, body: writeXml(root, content) }
}
