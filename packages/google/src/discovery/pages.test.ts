import { expect, test } from 'vitest'

import { type Page, pages } from './pages.ts'

test.each([
  ['one page', ['a', 'a']],
  ['several', ['a', 'b', 'c', 'b']],
])('a list that goes round in a circle of %s ends', async (_name, tokens) => {
  let asked = 0
  const fetch = async (): Promise<Page<number>> => {
    // More than enough to see that it would go on.
    if (asked > 100) throw new Error('It goes on and on.')
    const next = tokens[asked] ?? tokens.at((asked - tokens.length) % 2 === 0 ? -2 : -1)
    return { items: [(asked += 1)], next }
  }
  const items: number[] = []
  const read = async () => {
    for await (const item of pages(fetch)) items.push(item)
  }
  await expect(read()).rejects.toMatchObject({ code: 'unavailable' })
  expect(items.length).toBeLessThan(tokens.length)
})
