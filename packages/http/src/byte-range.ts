import type { ByteRange } from '@gantry/core/driver'

import type { Answer } from './transport.ts'

/** The header that asks for a range (RFC 9110 14.2); none for all of it. A range without bytes cannot be asked for. */
export function rangeHeaders({ start, end }: ByteRange): Readonly<Record<string, string>> {
  if (start === 0 && end === undefined) return {}
  return { range: `bytes=${start}-${end === undefined ? '' : end - 1}` }
}

/** How long all of it is, by an answer with a range (RFC 9110 14.4); `undefined` where it is none that begins at `start`. */
export function sizeBeyondRange(answer: Answer, start: number): number | undefined {
  const range = /^bytes (\d{1,16})-\d{1,16}\/(\d{1,16})$/u.exec(answer.header('content-range') ?? '')
  if (answer.status !== 206 || range === null || Number(range[1]) !== start) return undefined
  return Number(range[2])
}
