import { STATUS_CODES } from 'node:http'
import type { Answer } from './fault.ts'
import type { MessageHead } from './message-head.ts'

/** The bytes of an answer that the proxy gives itself. */
export function ownAnswer(fault: Answer, method: string, closes: boolean): Buffer {
  const body = Buffer.from(fault.body ?? '', 'utf8')
  const headers: { [name: string]: string } = { 'Content-Length': String(body.length), ...fault.headers }
  if (fault.retryAfter !== undefined) headers['Retry-After'] = String(fault.retryAfter)
  if (closes) headers['Connection'] = 'close'
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = Buffer.from(`HTTP/1.1 ${fault.status} ${STATUS_CODES[fault.status] ?? ''}\r\n${lines.join('')}\r\n`)
  return method === 'HEAD' ? head : Buffer.concat([head, body])
}

/** Whether the client asked for an answer before it sends the body (RFC 9110 10.1.1). */
export function awaitsContinue({ headers }: MessageHead): boolean {
  return headers.get('expect')?.toLowerCase() === '100-continue'
}

/** Whether the client wants no other request on this connection (RFC 9112 9.3). */
export function isLast({ headers, startLine }: MessageHead): boolean {
  return startLine.endsWith('HTTP/1.0') || /\bclose\b/i.test(headers.get('connection') ?? '')
}
