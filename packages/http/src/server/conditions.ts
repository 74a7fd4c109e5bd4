import { Refusal } from '@gantry/core'

/** Looks up a header of a request, by its name in lower case. */
export type HeaderOf = (name: string) => string | undefined

/**
 * Whether the client has it already (304), as `If-None-Match` says; refuses (412) where `If-Match` asks for another version
 * (RFC 9110 13). `etag` is with its quotes; `undefined` where nothing tells one version from another.
 */
export function isUnchanged(header: HeaderOf, etag: string | undefined): boolean {
  const match = header('if-match')
  if (match !== undefined && match.trim() !== '*' && (etag === undefined || !entityTags(match).includes(etag))) {
    throw new Refusal('precondition_failed', 'It is not of that version any more: look again.')
  }
  const noneMatch = header('if-none-match')
  if (etag === undefined || noneMatch === undefined) return false
  return noneMatch.trim() === '*' || entityTags(noneMatch).map(opaque).includes(opaque(etag))
}

/** The entity tags of a list, with their quotes. */
export function entityTags(list: string): string[] {
  return [...list.matchAll(/(?:W\/)?"[^"]*"/gu)].map(([tag]) => tag)
}

function opaque(etag: string): string {
  return etag.replace(/^W\//u, '')
}

/**
 * The bytes that `Range` asks for where `If-Range` does not forbid it (RFC 9110 14.1.2): half-open; `undefined` for all of
 * them, which is also the answer to what is no single range of bytes. Refuses (416) where there are no such bytes.
 */
export function askedRange(
  header: HeaderOf,
  size: number,
  etag: string | undefined,
): { readonly start: number; readonly end: number } | undefined {
  const condition = header('if-range')
  if (condition !== undefined && (etag === undefined || condition.trim() !== etag || etag.startsWith('W/'))) {
    return undefined
  }
  const [, from, to] = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/iu.exec(header('range') ?? '') ?? []
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined
  if (from === '') {
    const length = Number(to)
    if (length === 0 || size === 0) throw outside(size)
    return { start: Math.max(0, size - length), end: size }
  }
  const start = Number(from)
  if (to !== '' && Number(to) < start) return undefined
  if (start >= size) throw outside(size)
  return { start, end: to === '' ? size : Math.min(size, Number(to) + 1) }
}

function outside(size: number): Refusal {
  return new Refusal('invalid', 'The range lies beyond the end.', {
    status: 416,
    headers: { 'Content-Range': `bytes */${size}` },
  })
}
