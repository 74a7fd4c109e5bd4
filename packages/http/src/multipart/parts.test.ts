import { collect, GantryError, isGantryError } from '@gantry/core'
import { cut, lent, multipartOf, type TestPart } from '@gantry/testkit/bodies'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { multipartParts } from './parts.ts'

const boundary = 'aBc-1'

async function read(chunks: Iterable<Uint8Array>, name = boundary) {
  const parts: { headers: Record<string, string>; body: Buffer }[] = []
  for await (const { headers, body } of multipartParts(lent(chunks).bytes, name)) {
    parts.push({ headers: Object.fromEntries(headers), body: Buffer.from(await collect(body)) })
  }
  return parts
}

/** Bytes in which delimiters and parts of them are likely. */
const likely = fc
  .array(
    fc.oneof(
      fc.constantFrom('\r', '\n', '\r\n', '\r\n-', '\r\n--', `\r\n--${boundary.slice(0, 3)}`, `--${boundary}`, '--'),
      fc.string({ maxLength: 5 }),
    ),
    { maxLength: 8 },
  )
  .map((texts) => Buffer.from(texts.join('')))
  .filter((bytes) => !bytes.includes(`\r\n--${boundary}`))
const part: fc.Arbitrary<TestPart> = fc.record({ body: likely, measured: fc.boolean() })

describe('a multipart body', () => {
  test('gives the same parts in whatever chunks it comes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { maxLength: 4 }),
        fc.array(fc.nat(400), { maxLength: 12 }),
        fc.constantFrom('', 'a preamble', '\r\n', `--${boundary.slice(0, 2)}`),
        async (parts, at, preamble) => {
          const bytes = multipartOf(parts, boundary, preamble)
          const found = await read(
            cut(
              bytes,
              at.filter((index) => index < bytes.length),
            ),
          )
          expect(found.map(({ body }) => body)).toEqual(parts.map(({ body }) => Buffer.from(body)))
        },
      ),
      { numRuns: 500 },
    )
  })

  test('comes byte by byte', async () => {
    const parts = [
      { body: Buffer.from('one\r\n--aBc-'), headers: { 'Content-Type': 'application/dicom' } },
      { body: Buffer.from(`two\r\n--${boundary}--`), measured: true },
      { body: Buffer.alloc(0) },
    ]
    const found = await read([...multipartOf(parts, boundary)].map((byte) => Uint8Array.of(byte)))
    expect(found.map(({ body }) => body)).toEqual(parts.map(({ body }) => body))
    expect(found[0]?.headers).toEqual({ 'content-type': 'application/dicom' })
  })

  test('ends only behind its closing delimiter, wherever it is cut', async () => {
    const bodies = [Buffer.alloc(700, 'a\r\n--aBc'), Buffer.alloc(300, 1), Buffer.alloc(0)]
    for (const measured of [true, false]) {
      const bytes = multipartOf(
        bodies.map((body) => ({ body, measured, headers: { 'Content-Type': 'application/dicom' } })),
        boundary,
      )
      const end = bytes.length - '\r\n'.length
      for (let length = 0; length < end; length += 1) {
        const error: unknown = await read([bytes.subarray(0, length)]).catch((thrown: unknown) => thrown)
        if (!isGantryError(error)) throw new Error(`Cut at ${length}, and nobody noticed.`)
        expect(error).toMatchObject({ code: 'unavailable', retryable: true })
      }
      expect(await read([bytes.subarray(0, end)])).toHaveLength(3)
    }
  })

  test('of which a part has another length than it says is not taken', async () => {
    const text = (length: number) => `--${boundary}\r\nContent-Length: ${length}\r\n\r\nhello\r\n--${boundary}--\r\n`
    expect(await read([Buffer.from(text(5))])).toHaveLength(1)
    for (const length of [0, 4, 6, 7]) {
      await expect(read([Buffer.from(text(length))])).rejects.toMatchObject({ code: 'integrity' })
    }
    await expect(read([Buffer.from(text(500))])).rejects.toMatchObject({ code: 'unavailable' })
  })

  test.each([
    ['a preamble without end', 'x'.repeat(100_000)],
    ['another boundary', '--other\r\n\r\nhello\r\n--other--'.padEnd(100_000)],
    ['endless headers', `--${boundary}\r\n${'X: y\r\n'.repeat(10_000)}`],
    ['one endless header', `--${boundary}\r\nX: ${'y'.repeat(100_000)}`],
    ['a header with NUL', `--${boundary}\r\nX: a\0b\r\n\r\nhello\r\n--${boundary}--`],
    ['a header with a carriage return', `--${boundary}\r\nX: a\rb\r\n\r\nhello\r\n--${boundary}--`],
    ['a line that is no header', `--${boundary}\r\nhello\r\n\r\nhello\r\n--${boundary}--`],
    ['text behind a delimiter', `--${boundary}x\r\n\r\nhello\r\n--${boundary}--`],
    ['a length that is none', `--${boundary}\r\nContent-Length: -1\r\n\r\nhello\r\n--${boundary}--`],
  ])('with %s is refused', async (_name, text) => {
    await expect(read([Buffer.from(text)])).rejects.toMatchObject({ code: 'integrity' })
  })

  test('may pad its delimiters, fold its headers and go on behind its end', async () => {
    const text = `--${boundary} \t\r\nX: a\r\n b\r\nx: c\r\n\r\nhello\r\n--${boundary}--  \r\nmore`
    expect(await read([Buffer.from(text)])).toEqual([{ headers: { x: 'a b' }, body: Buffer.from('hello') }])
  })

  test('with a boundary of 73 characters', async () => {
    const long = 'b'.repeat(73)
    expect(await read([multipartOf([{ body: Buffer.from('a') }], long)], long)).toHaveLength(1)
  })
})

describe('a multipart body whose lines end with LF', () => {
  /** As `multipartOf`, with other line breaks. */
  const withLines = (parts: readonly TestPart[], preamble = '') =>
    Buffer.concat([
      Buffer.from(preamble),
      ...parts.flatMap(({ body, measured = false }) => [
        Buffer.from(`--${boundary}\nX: y\n${measured ? `Content-Length: ${body.length}\n` : ''}\n`),
        body,
        Buffer.from('\n'),
      ]),
      Buffer.from(`--${boundary}--\n`),
    ])

  test('gives the same parts, but none whose end is not certain', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { maxLength: 4 }),
        fc.array(fc.nat(400), { maxLength: 12 }),
        fc.constantFrom('', '\n', 'a preamble\n'),
        async (parts, at, preamble) => {
          fc.pre(parts.every(({ body }) => !Buffer.from(body).includes(`\n--${boundary}`)))
          const bytes = withLines(parts, preamble)
          const chunks = cut(
            bytes,
            at.filter((index) => index < bytes.length),
          )
          const uncertain = parts.some(({ body, measured = false }) => !measured && body.at(-1) === 0x0d)
          const outcome: unknown = await read(chunks).then(
            (found) => found.map(({ body }) => body),
            (error: unknown) => error,
          )
          const refused = expect.objectContaining({ code: 'integrity', retryable: false })
          expect(outcome).toEqual(uncertain ? refused : parts.map(({ body }) => Buffer.from(body)))
        },
      ),
      { numRuns: 500 },
    )
  })

  test('ends only behind its closing delimiter, wherever it is cut', async () => {
    const bodies = [Buffer.alloc(700, 'a\n--aBc'), Buffer.alloc(300, 1), Buffer.alloc(0)]
    for (const measured of [true, false]) {
      const bytes = withLines(bodies.map((body) => ({ body, measured })))
      for (let length = 0; length < bytes.length - 1; length += 1) {
        const error: unknown = await read([bytes.subarray(0, length)]).catch((thrown: unknown) => thrown)
        expect(error).toMatchObject({ code: 'unavailable', retryable: true })
      }
      expect(await read([bytes])).toHaveLength(3)
    }
  })

  test('of which a part has another length than it says is not taken', async () => {
    const text = (length: number, before = '\n') =>
      `--${boundary}\nContent-Length: ${length}\n\nhello${before}--${boundary}--\n`
    expect(await read([Buffer.from(text(5))])).toHaveLength(1)
    expect(await read([Buffer.from(text(6, '\r\n'))])).toMatchObject([{ body: Buffer.from('hello\r') }])
    for (const length of [0, 4, 6]) {
      await expect(read([Buffer.from(text(length))])).rejects.toMatchObject({ code: 'integrity' })
    }
    await expect(read([Buffer.from(text(5, '\r\n'))])).rejects.toMatchObject({ code: 'integrity' })
  })

  test('may do so in headers alone: then a body ends with CRLF', async () => {
    const text = `--${boundary}\r\nX: a\nY: b\n\nhello\n--${boundary}\r\n--${boundary}--`
    const body = Buffer.from(`hello\n--${boundary}`)
    expect(await read([Buffer.from(text)])).toEqual([{ headers: { x: 'a', y: 'b' }, body }])
  })
})

describe('parts', () => {
  const two = multipartOf([{ body: Buffer.from('one') }, { body: Buffer.from('two') }], boundary)

  test('that nobody reads are passed over, and the body is read to its end', async () => {
    const { state, bytes } = lent(cut(two, [7, 20, 21]))
    let count = 0
    for await (const { body } of multipartParts(bytes, boundary)) {
      count += 1
      if (count === 1) await body.return?.()
    }
    expect(count).toBe(2)
    expect(state).toEqual({ closed: true, ended: true })
  })

  test('whoever stops reading them closes the body', async () => {
    const { state, bytes } = lent(cut(two, [20]))
    for await (const { body } of multipartParts(bytes, boundary)) {
      await body.next()
      break
    }
    expect(state).toEqual({ closed: true, ended: false })
  })

  test('what fails behind a part fails in it, and behind it', async () => {
    const reset = new GantryError('unavailable', 'Reset.')
    const parts = multipartParts(lent([two.subarray(0, 16)], reset).bytes, boundary)
    const first = await parts.next()
    await expect(collect(first.value?.body as AsyncIterable<Uint8Array>)).rejects.toBe(reset)
    await expect(parts.next()).rejects.toBe(reset)
  })

  test('a part that is asked for before the last was read ends that one with an error', async () => {
    const parts = multipartParts(lent([two]).bytes, boundary)
    const { value } = await parts.next()
    await parts.next()
    await expect(collect(value?.body as AsyncIterable<Uint8Array>)).rejects.toMatchObject({ code: 'internal' })
  })
})
