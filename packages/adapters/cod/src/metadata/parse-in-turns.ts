import { longText } from '../bytes/kept-text.ts'
import { cutWhole } from './cut-json.ts'
import { parseLeniently } from './not-numbers.ts'
import { decodeStrictly } from './utf8.ts'

/** `SyntaxError` for what is no JSON in UTF-8. */
export function parseText(bytes: Uint8Array): unknown {
  return parseLeniently(decodeStrictly(bytes))
}

/** The same of long text, with turns for others between. */
export async function parseInTurns(bytes: Uint8Array): Promise<unknown> {
  if (bytes.length <= longText) return parseText(bytes)
  const entries: [name: string, value: unknown][] = []
  let isNamed = false
  const opens = (path: readonly string[], named: boolean) => {
    if (path.length === 0) isNamed = named
    return path.length === 0
  }
  for await (const { path, bytes: text } of cutWhole(bytes, opens)) {
    if (text === undefined) continue
    const [name] = path
    // One long string is what it is.
    if (name === undefined) return parseText(text)
    entries.push([name, await parseInTurns(text)])
  }
  return isNamed ? Object.fromEntries(entries) : entries.map(([, value]) => value)
}
