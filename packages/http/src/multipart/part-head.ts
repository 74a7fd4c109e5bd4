import { type Cursor, malformed } from './cursor.ts'

/** Headers of a part by name in lower case; of a name that stands twice, the first. */
export type PartHeaders = ReadonlyMap<string, string>

/** Bytes that the headers of one part may have. */
const longestHead = 16 * 1024
const lineFeed = 0x0a
const carriageReturn = 0x0d
const hyphen = 0x2d

export interface PartHead {
  readonly headers: PartHeaders
  /** How the line of the delimiter ends: CRLF, and LF where a service does not know better. */
  readonly lineBreak: '\r\n' | '\n'
}

/** What follows a delimiter: the head of a part, or `undefined` where it was the closing one. */
export async function readPartHead(cursor: Cursor): Promise<PartHead | undefined> {
  const start = [await readByte(cursor)]
  if (start[0] === hyphen) start.push(await readByte(cursor))
  if (start[1] === hyphen) return undefined
  const budget = { left: longestHead }
  // Blanks may pad the delimiter's line (RFC 2046 5.1.1).
  const { text, lineBreak } = await readLine(cursor, budget, start)
  if (/\S/u.test(text)) throw malformed('something follows a delimiter')
  return { headers: await readHeaders(cursor, budget), lineBreak }
}

async function readHeaders(cursor: Cursor, budget: Budget): Promise<PartHeaders> {
  const headers = new Map<string, string>()
  let last: string | undefined
  for (;;) {
    const { text: line } = await readLine(cursor, budget)
    if (line === '') return headers
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
}

interface Budget {
  left: number
}

/** Up to a line break, and not it; each byte a character. `start` has been read of it. */
async function readLine(
  cursor: Cursor,
  budget: Budget,
  start: readonly number[] = [],
): Promise<{ readonly text: string; readonly lineBreak: PartHead['lineBreak'] }> {
  const bytes = [...start]
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
  const lineBreak = bytes.at(-2) === carriageReturn ? '\r\n' : '\n'
  return { text: String.fromCharCode(...bytes.slice(0, -lineBreak.length)), lineBreak }
}

async function readByte(cursor: Cursor): Promise<number> {
  await cursor.fill()
  const [byte = 0] = cursor.rest
  cursor.skip(1)
  return byte
}
