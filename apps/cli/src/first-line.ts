import { UsageError } from './usage-error.ts'

/** The first line, without its end; no more is waited for. `UsageError` where it is longer than `limit` characters. */
export async function firstLine(input: AsyncIterable<string>, limit: number): Promise<string> {
  let text = ''
  for await (const chunk of input) {
    text += chunk
    const end = text.search(/\r?\n/u)
    if (end >= 0) text = text.slice(0, end)
    if (text.length > limit) throw new UsageError(`The input is longer than ${limit} characters.`)
    if (end >= 0) break
  }
  return text
}
