import { isUnchanged } from '@gantry/http/server'

import type { Answer, Ask } from './exchange.ts'

/** 412, and 304 where the conditions say so. */
export function conditional(ask: Ask, etag: string | undefined): Answer | undefined {
  if (!isUnchanged(ask.header, etag)) return undefined
  return { status: 304, headers: { ...(etag !== undefined && { ETag: etag }) } }
}
