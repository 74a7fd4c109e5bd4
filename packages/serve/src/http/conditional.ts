import { Refusal } from '@gantry/core'

import type { Answer, Ask } from './exchange.ts'

/** A strong or weak validator, quotes included. */
export type ETag = string

/** 412, and 304 where the conditions say so (RFC 9110 13). */
export function conditional(ask: Ask, etag: ETag | undefined): Answer | undefined {
  const match = ask.header('if-match')
  if (match !== undefined && match.trim() !== '*' && (etag === undefined || !tagsIn(match).includes(etag))) {
    throw new Refusal('precondition_failed', 'It is not of that version any more: look again.')
  }
  const noneMatch = ask.header('if-none-match')
  if (etag === undefined || noneMatch === undefined) return undefined
  const bare = (tag: string) => tag.replace(/^W\//u, '')
  const same = noneMatch.trim() === '*' || tagsIn(noneMatch).map(bare).includes(bare(etag))
  return same ? { status: 304, headers: { ETag: etag } } : undefined
}

/** What a `Range` header asks for, where `If-Range` does not forbid it; see `byteRange`. */
export function askedRange(ask: Ask, size: number, etag: ETag | undefined) {
  const condition = ask.header('if-range')
  if (condition !== undefined && (etag === undefined || condition.trim() !== etag || etag.startsWith('W/'))) {
    return undefined
  }
  return byteRange(ask.header('range'), size)
}

/**
 * The bytes of a `Range` header (RFC 9110 14.1.2): half-open; `undefined` for all of them, which is also the answer to what
 * is no single range of bytes. 416 where there are no such bytes.
 */
function byteRange(
  header: string | undefined,
  size: number,
): { readonly start: number; readonly end: number } | undefined {
  const [, from, to] = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/iu.exec(header ?? '') ?? []
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

function tagsIn(header: string): string[] {
  return [...header.matchAll(/(?:W\/)?"[^"]*"/gu)].map(([tag]) => tag)
}
