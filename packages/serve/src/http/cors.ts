import type { Answer, Ask } from './exchange.ts'

const allowedHeaders =
  'Accept, Authorization, Content-Type, Range, If-Match, If-None-Match, If-Range, Cache-Control, X-Requested-With'
const exposedHeaders =
  'Accept-Ranges, Content-Length, Content-Location, Content-Range, ETag, Location, Retry-After, Warning, WWW-Authenticate'

/** Headers that let pages of the named origins read an answer; `*` stands for every origin. */
export function corsHeaders(ask: Ask, origins: readonly string[]): Record<string, string> {
  const origin = ask.header('origin')
  if (origins.length === 0) return {}
  const any = origins.includes('*')
  const headers: Record<string, string> = any ? {} : { Vary: 'Origin' }
  if (origin === undefined || (!any && !origins.includes(origin))) return headers
  headers['Access-Control-Allow-Origin'] = any ? '*' : origin
  headers['Access-Control-Expose-Headers'] = exposedHeaders
  headers['Cross-Origin-Resource-Policy'] = 'cross-origin'
  return headers
}

/** The answer to a preflight: it carries no credentials, and needs none. */
export function preflight(ask: Ask, origins: readonly string[]): Answer {
  const headers = corsHeaders(ask, origins)
  if (headers['Access-Control-Allow-Origin'] !== undefined) {
    headers['Access-Control-Allow-Methods'] = 'GET, HEAD, POST'
    headers['Access-Control-Allow-Headers'] = allowedHeaders
    headers['Access-Control-Max-Age'] = '600'
  }
  return { status: 204, headers }
}
