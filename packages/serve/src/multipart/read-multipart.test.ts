import { collect, isGantryError } from '@gantry/core'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { readMultipart } from './read-multipart.ts'

const boundary = 'b-1'

interface Sent {
  readonly body: Uint8Array
  readonly measured: boolean
}

function written(parts: readonly Sent[], { preamble = '', padding = '' } = {}): Uint8Array {
  const pieces: Uint8Array[] = [Buffer.from(preamble === '' ? '' : `${preamble}\r\n`)]
  parts.forEach(({ body, measured }, index) => {
    const length = measured ? `Content-Length: ${body.length}\r\n` : ''
    const before = index === 0 ? '' : '\r\n'
    pieces.push(
      Buffer.from(`${before}--${boundary}${padding}\r\nContent-Type: application/dicom\r\n${length}\r\n`),
      body,
    )
  })
  pieces.push(Buffer.from(`${parts.length === 0 ? '' : '\r\n'}--${boundary}--\r\n`))
  return Buffer.concat(pieces)
}

/** In pieces of these sizes, each spoilt when the next is asked for, as a borrowed chunk may be. */
async function* inPieces(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array, void, undefined> {
  let at = 0
  for (let turn = 0; at < bytes.length; turn += 1) {
    const piece = Uint8Array.from(bytes.subarray(at, at + (sizes[turn % sizes.length] ?? 1)))
    at += piece.length
    yield piece
    piece.fill(0xee)
  }
}

async function read(body: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const found: Uint8Array[] = []
  for await (const part of readMultipart(body, boundary)) found.push(await collect(part.body))
  return found
}

/** Bytes that look like delimiters, too. */
const content = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc
    .array(fc.constantFrom('\r', '\n', '-', '--b', '\r\n--b', '\r\n--b-', 'b-1', 'x'), { maxLength: 12 })
    .map((texts) => new Uint8Array(Buffer.from(texts.join('')))),
)
const holdsDelimiter = (bytes: Uint8Array) => Buffer.from(bytes).includes(`\r\n--${boundary}`)
const sent = fc
  .record({ body: content, measured: fc.boolean() })
  .filter(({ body, measured }) => measured || !holdsDelimiter(body))
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 })

describe('a multipart body', () => {
  test('gives its parts back, however it comes in pieces', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(sent, { maxLength: 4 }), sizes, async (parts, pieces) => {
        const found = await read(inPieces(written(parts), pieces))
        expect(found.map((bytes) => Buffer.from(bytes))).toEqual(parts.map(({ body }) => Buffer.from(body)))
      }),
      { numRuns: 500 },
    )
  })

  test('that is cut off anywhere fails with integrity, and gives no more than it got', async () => {
    const parts = [
      { body: Buffer.from('first\r\n--'), measured: false },
      { body: Buffer.from('second'), measured: true },
    ]
    const whole = written(parts)
    // What follows the last delimiter is of no account.
    for (let length = 0; length < whole.length - 2; length += 1) {
      const error: unknown = await read(inPieces(whole.subarray(0, length), [7])).catch((thrown: unknown) => thrown)
      expect(isGantryError(error) && error.code).toBe('integrity')
    }
    expect(await read(inPieces(whole.subarray(0, -2), [7]))).toHaveLength(2)
  })

  test('goes on where a reader left a part early, and passes over what stands before and behind', async () => {
    const bytes = written(
      ['one', 'two', 'three'].map((text) => ({ body: Buffer.from(text), measured: false })),
      { preamble: 'This is a message in several parts.', padding: ' \t' },
    )
    const seen: string[] = []
    for await (const part of readMultipart(inPieces(Buffer.concat([bytes, Buffer.from('epilogue')]), [2]), boundary)) {
      expect(part.headers.get('content-type')).toBe('application/dicom')
      for await (const chunk of part.body) {
        seen.push(Buffer.from(chunk).toString())
        break
      }
    }
    expect(seen.map((text) => text[0])).toEqual(['o', 't', 't'])
  })

  test.each([
    ['too short', 3],
    ['too long', 5],
  ])('whose part says a length that is %s fails with integrity', async (_name, length) => {
    const text = `--b-1\r\nContent-Length: ${length}\r\n\r\nfour\r\n--b-1--\r\n`
    await expect(read(inPieces(Buffer.from(text), [100]))).rejects.toMatchObject({ code: 'integrity' })
  })

  test.each([
    ['no colon', '--b-1\r\nContent-Type\r\n\r\nx\r\n--b-1--'],
    ['headers without end', `--b-1\r\n${'A: b\r\n'.repeat(5000)}`],
    ['another boundary that begins alike', '--b-12\r\n\r\nx\r\n--b-12--'],
  ])('with %s is invalid', async (_name, text) => {
    await expect(read(inPieces(Buffer.from(text), [1000]))).rejects.toMatchObject({ code: 'invalid' })
  })

  test('closes what it reads from, also when nobody reads on', async () => {
    let closed = 0
    const body = async function* () {
      try {
        yield written([{ body: Buffer.from('x'), measured: false }])
      } finally {
        closed += 1
      }
    }
    for await (const part of readMultipart(body(), boundary)) {
      expect(part.headers.size).toBe(1)
      break
    }
    expect(closed).toBe(1)
  })
})
