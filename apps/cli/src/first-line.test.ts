import { expect, test } from 'vitest'

import { firstLine } from './first-line.ts'
import { UsageError } from './usage-error.ts'

test('the first line is all that is waited for', async () => {
  async function* neverEnding() {
    yield 'sec'
    yield 'ret\r\nmore'
    await new Promise(() => {})
  }
  expect(await firstLine(neverEnding(), 100)).toBe('secret')
})

test('an input without a line end ends it', async () => {
  expect(await firstLine(chunks('sec', 'ret'), 100)).toBe('secret')
  expect(await firstLine(chunks(), 100)).toBe('')
  expect(await firstLine(chunks('\nsecret'), 100)).toBe('')
})

test('a line that is too long is refused, and not what follows a short one', async () => {
  expect(await firstLine(chunks(`short\n${'x'.repeat(100)}`), 10)).toBe('short')
  await expect(firstLine(chunks('x'.repeat(11)), 10)).rejects.toThrow(UsageError)
  await expect(firstLine(chunks(`${'x'.repeat(11)}\n`), 10)).rejects.toThrow('longer than 10 characters')
})

async function* chunks(...given: string[]): AsyncGenerator<string, void, undefined> {
  yield* given
}
