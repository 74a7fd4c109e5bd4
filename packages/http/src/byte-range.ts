import {
  type ByteRange,
  bytesOf,
  clipRange,
  type Entry,
  type EntryRef,
  GantryError,
  type Reading,
} from '@gantry/core/driver'

import { notOf } from './not-of.ts'
import type { Answer } from './transport.ts'

/** The header that asks for a range (RFC 9110 14.2); none for all of it. A range without bytes cannot be asked for. */
export function rangeHeaders({ start, end }: ByteRange): Readonly<Record<string, string>> {
  if (start === 0 && end === undefined) return {}
  return { range: `bytes=${start}-${end === undefined ? '' : end - 1}` }
}

/** How long all of it is, by an answer with a range (RFC 9110 14.4); `undefined` where it is none that begins at `start`. */
export function sizeBeyondRange(answer: Pick<Answer, 'status' | 'header'>, start: number): number | undefined {
  const range = /^bytes (\d{1,16})-\d{1,16}\/(\d{1,16})$/u.exec(answer.header('content-range') ?? '')
  if (answer.status !== 206 || range === null || Number(range[1]) !== start) return undefined
  return Number(range[2])
}

/** Reads a range without bytes, or one that the service has none of (416), which is wrong only beyond the end. */
export function readNothing(
  entry: Entry,
  { version }: EntryRef,
  range: ByteRange | undefined,
  service: string,
): Reading {
  if (version !== undefined && entry.version !== version) {
    throw new GantryError('precondition_failed', 'The entry changed since it was looked at: list it again.')
  }
  const { start, end } = clipRange(range, entry.size ?? 0)
  if (start < end) throw notOf(service)
  return { entry, body: bytesOf() }
}
