import { bodyStream, type Sending } from '@gantry/http/server'

import type { Answer } from './exchange.ts'

/** The answer as a web response. */
export function toResponse({ status, headers, body }: Answer, sending: Sending): Response {
  if (body === undefined) return new Response(null, { status, headers })
  if (body instanceof Uint8Array) return new Response(body as Uint8Array<ArrayBuffer>, { status, headers })
  return new Response(bodyStream(body, sending), { status, headers })
}
