import { isGantryError } from '@gantry/core'
import { cut, lent } from '@gantry/testkit/bodies'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { jsonElements } from './json-elements.ts'

async function read(chunks: Iterable<Uint8Array>): Promise<unknown[]> {
  const elements: unknown[] = []
  for await (const element of jsonElements(lent(chunks).bytes)) elements.push(element)
  return elements
}

test('elements of any array, in whatever chunks', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.jsonValue({ maxDepth: 4, stringUnit: 'grapheme' })),
      fc.constantFrom(undefined, 2),
      fc.array(fc.nat(300), { maxLength: 10 }),
      async (value, indent, at) => {
        const bytes = Buffer.from(JSON.stringify(value, undefined, indent))
        const found = await read(
          cut(
            bytes,
            at.filter((index) => index < bytes.length),
          ),
        )
        expect(found).toEqual(JSON.parse(bytes.toString()))
      },
    ),
    { numRuns: 300 },
  )
})

test('ends only behind the array, wherever it is cut', async () => {
  const bytes = Buffer.from('[{"a":"]}"},["b\\"",{}], 3 ]')
  for (let length = 1; length < bytes.length; length += 1) {
    const error: unknown = await read([bytes.subarray(0, length)]).catch((thrown: unknown) => thrown)
    if (!isGantryError(error)) throw new Error(`Cut at ${length}, and nobody noticed.`)
  }
  expect(await read([bytes])).toHaveLength(3)
})

test.each([
  '[1}',
  '[1,]',
  '[,1]',
  '[1,,2]',
  '{"a":1}',
  '[] []',
  '[1]x',
  '<html>',
  '[1 2]',
  '[{]}]',
  `[${'['.repeat(300)}`,
])('%s is no array', async (text) => {
  await expect(read([Buffer.from(text)])).rejects.toMatchObject({ code: 'integrity' })
})

test('nothing is no empty array, but an answer that was cut off', async () => {
  await expect(read([])).rejects.toMatchObject({ code: 'unavailable' })
})
