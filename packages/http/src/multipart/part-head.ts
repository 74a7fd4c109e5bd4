import { GantryError } from '@gantry/core/driver'

import { type Cursor, malformed } from './cursor.ts'

/** Headers of a part by name in lower case; of a name that stands twice, the first. */
export type PartHeaders = ReadonlyMap<string, string>

/** Bytes that the headers of one part may have. */
const longestHead = 16 * 1024
const lineFeed = 0x0a
const carriageReturn = 0x0d
const hyphen = 0x2d

/** What follows a delimiter: the headers of a part, or `undefined` where it was the closing one. */
export async function readPartHead(cursor: Cursor): Promise<PartHeaders | undefined> {
  const start = [await readByte(cursor), await readByte(cursor)]
  if (start[0] === hyphen && start[1] === hyphen) return undefined
  const budget = { left: longestHead }
  // Blanks may pad the delimiter's line (RFC 2046 5.1.1).
  if (/\S/u.test(await readLine(cursor, budget, start))) throw malformed('something follows a delimiter')
  return await readHeaders(cursor, budget)
}

async function readHeaders(cursor: Cursor, budget: Budget): Promise<PartHeaders> {
  const headers = new Map<string, string>()
  let last: string | undefined
  for (let line = await readLine(cursor, budget); line !== ''; line = await readLine(cursor, budget)) {
    // Characters that control something else have no business here, and no way into what is shown.
    if (/[^\t\u{20}-\u{7e}\u{80}-\u{ff}]/u.test(line)) throw malformed('headers of a part hold control characters')
    if (/^[ \t]/u.test(line) && last !== undefined) {
      headers.set(last, `${headers.get(last) ?? ''} ${line.trim()}`)
      continue
    }
    const [, name, value = ''] = /^([!#$%&'*+.^_`|~\w-]+)[ \t]*:(.*)$/u.exec(line) ?? []
    if (name === undefined) throw malformed('what should be headers of a part are none')
    last = name.toLowerCase()
    if (!headers.has(last)) headers.set(last, value.trim())
  }
  return headers
}

interface Budget {
  left: number
}

/** Up to CRLF, and not it; each byte a character. `start` has been read of it. */
async function readLine(cursor: Cursor, budget: Budget, start: readonly number[] = []): Promise<string> {
  const bytes = [...start]
  // Both may have been read already.
  while (bytes.at(-1) !== lineFeed) {
    await cursor.fill()
    const { rest } = cursor
    const end = rest.indexOf(lineFeed)
    const count = end < 0 ? rest.length : end + 1
    budget.left -= count
    if (budget.left < 0) throw malformed('headers of a part are too long')
    bytes.push(...rest.subarray(0, count))
    cursor.skip(count)
  }
  if (bytes.at(-2) !== carriageReturn) throw otherLines()
  return String.fromCharCode(...bytes.slice(0, -2))
}

/** Who writes lines in another way does so again: a part could end anywhere. */
function otherLines(): GantryError {
  const message =
    'A multipart body is malformed: lines end with LF, and not with CRLF, so that parts have no certain end.'
  return new GantryError('integrity', message, { retryable: false })
}

async function readByte(cursor: Cursor): Promise<number> {
  await cursor.fill()
  const [byte = 0] = cursor.rest
  cursor.skip(1)
  return byte
}
