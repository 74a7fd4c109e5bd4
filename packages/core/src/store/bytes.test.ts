import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { propertyParameters } from '../../model/property-parameters.ts'
import { closable, drain } from '../../model/tiny-driver.ts'
import { bytesOf, clipRange, collect, exactly, tap } from './bytes.ts'

const chunks = fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 10 })

function lengthOf(body: readonly Uint8Array[]): number {
  return body.reduce((sum, { length }) => sum + length, 0)
}

/** Gives every chunk in one and the same buffer, as a producer may. */
async function* borrowed(body: readonly Uint8Array[]) {
  const buffer = new Uint8Array(100)
  for (const chunk of body) {
    buffer.fill(255)
    buffer.set(chunk)
    yield buffer.subarray(0, chunk.length)
  }
}

describe('collect', () => {
  test('gives all bytes in an array of its own', async () => {
    const property = fc.asyncProperty(chunks, async (body) => {
      const all = await collect(borrowed(body))
      expect(Buffer.from(all).equals(Buffer.concat(body))).toBe(true)
    })
    await fc.assert(property, propertyParameters(300))
  })

  test('of nothing is nothing', async () => {
    expect(await collect(bytesOf())).toHaveLength(0)
  })

  test('grows', async () => {
    const chunk = new Uint8Array(50_000).fill(7)
    const all = await collect(bytesOf(chunk, chunk, chunk))
    expect(all.length).toBe(150_000)
    expect(all.every((byte) => byte === 7)).toBe(true)
  })

  test('stops at a limit, and closes the body', async () => {
    expect((await collect(bytesOf(new Uint8Array(70_000)), 70_000)).length).toBe(70_000)
    const { body, state } = closable(new Uint8Array(5), new Uint8Array(6), new Uint8Array(1))
    await expect(collect(body, 10)).rejects.toMatchObject({ code: 'invalid' })
    expect(state.closed).toBe(true)
  })
})

test('exactly passes a body of the right length, and no other', async () => {
  const property = fc.asyncProperty(chunks, fc.integer({ min: -2, max: 2 }), async (body, off) => {
    const length = lengthOf(body)
    const checked = drain(exactly(bytesOf(...body), length + off))
    const outcome = await checked.catch((error: { code?: string }) => error.code)
    expect(outcome).toBe(off === 0 ? length : 'integrity')
  })
  await fc.assert(property, propertyParameters(300))
})

test('exactly takes no body for a length that is no number', async () => {
  await expect(drain(exactly(bytesOf(), Number.NaN))).rejects.toMatchObject({ code: 'integrity' })
})

test('exactly stops at the first byte too many', async () => {
  const { body, state } = closable(new Uint8Array(3), new Uint8Array(3))
  const checked = exactly(body, 5)
  expect((await checked.next()).value).toHaveLength(3)
  await expect(checked.next()).rejects.toMatchObject({ code: 'integrity' })
  expect(state.closed).toBe(true)
})

test('tap shows what passes, as it passes', async () => {
  const seen: number[] = []
  const body = [new Uint8Array([1]), new Uint8Array([2, 3])]
  expect(await drain(tap(bytesOf(...body), (chunk) => void seen.push(...chunk)))).toBe(3)
  expect(seen).toEqual([1, 2, 3])
})

describe('clipRange', () => {
  test('stays within the entry', () => {
    const sizes = fc.nat(1000)
    const property = fc.property(sizes, sizes, fc.option(fc.nat(2000), { nil: undefined }), (size, start, end) => {
      fc.pre(start <= size && (end === undefined || end >= start))
      const range = end === undefined ? { start } : { start, end }
      expect(clipRange(range, size)).toEqual({ start, end: Math.min(end ?? size, size) })
    })
    fc.assert(property, propertyParameters())
  })

  test('without a range is all', () => {
    expect(clipRange(undefined, 7)).toEqual({ start: 0, end: 7 })
    expect(clipRange({ start: 7 }, 7)).toEqual({ start: 7, end: 7 })
  })

  test.each([
    { start: 8 },
    { start: -1 },
    { start: 1.5 },
    { start: Number.NaN },
    { start: 3, end: 2 },
    { start: 0, end: 1.5 },
    { start: 0, end: Number.NaN },
    { start: 0, end: Number.POSITIVE_INFINITY },
  ])('refuses %o of 7 bytes', (range) => {
    expect(() => clipRange(range, 7)).toThrow(expect.objectContaining({ code: 'invalid' }))
  })
})
