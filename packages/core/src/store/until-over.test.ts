import { expect, test } from 'vitest'

import { bytesOf, collect } from './bytes.ts'
import { untilOver } from './until-over.ts'

const chunk = new Uint8Array([1, 2, 3])

async function isOver(over: Promise<void>): Promise<boolean> {
  // Whatever has resolved already comes first.
  return await Promise.race([over.then(() => true), Promise.resolve().then(() => Promise.resolve(false))])
}

test('a body is over at its end, and not before its last chunk was given back', async () => {
  const { body, over } = untilOver(bytesOf(chunk, chunk))
  await body.next()
  await body.next()
  expect(await isOver(over)).toBe(false)
  expect(await body.next()).toMatchObject({ done: true })
  expect(await isOver(over)).toBe(true)
  expect(await collect(untilOver(bytesOf(chunk, chunk)).body)).toEqual(new Uint8Array([1, 2, 3, 1, 2, 3]))
})

test('a body is over when it fails', async () => {
  async function* failing(): AsyncGenerator<Uint8Array, void, undefined> {
    yield chunk
    throw new Error('Gone.')
  }
  const { body, over } = untilOver(failing())
  await expect(collect(body)).rejects.toThrow('Gone.')
  expect(await isOver(over)).toBe(true)
})

test.for(['before it began', 'after it began'])('a body is over, and closed, when it is closed %s', async (when) => {
  let closed = 0
  const given = {
    [Symbol.asyncIterator]() {
      return this
    },
    next: async () => ({ done: false as const, value: chunk }),
    return: async () => {
      closed += 1
      return { done: true as const, value: undefined }
    },
  }
  const { body, over } = untilOver(given)
  if (when === 'after it began') await body.next()
  expect(await isOver(over)).toBe(false)
  await body.return?.()
  expect(await isOver(over)).toBe(true)
  expect(closed).toBe(1)
})
