import { describe, expect, test } from 'vitest'
import { chunkedDecoder } from './aws-chunked.ts'

const big = Buffer.alloc(8192, 'x')
const body = Buffer.concat([
  Buffer.from('2000\r\n'),
  big,
  Buffer.from('\r\n5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\nX-Other: two words \r\n\r\n'),
])
const data = Buffer.concat([big, Buffer.from('hello')])

function decode(...pieces: Buffer[]): { data: Buffer; trailers: ReadonlyMap<string, string> } {
  const decoder = chunkedDecoder()
  const out = pieces.flatMap((piece) => decoder.push(piece))
  decoder.finish()
  return { data: Buffer.concat(out), trailers: decoder.trailers }
}

function refusal(text: string | Buffer): unknown {
  try {
    decode(Buffer.from(text))
  } catch (error) {
    return error
  }
  return undefined
}

describe('aws-chunked', () => {
  test('data and trailers', () => {
    const decoded = decode(body)
    expect(decoded.data.equals(data)).toBe(true)
    expect([...decoded.trailers]).toEqual([
      ['x-amz-checksum-crc32', 'AAAAAA=='],
      ['x-other', 'two words'],
    ])
  })

  test('wherever the network cuts it', () => {
    const interesting = [...Array(12).keys(), ...Array.from({ length: body.length - 8190 }, (_, index) => 8190 + index)]
    for (const cut of interesting) {
      expect(decode(body.subarray(0, cut), body.subarray(cut)).data.equals(data)).toBe(true)
    }
    const bytes = Array.from({ length: body.length }, (_, index) => body.subarray(index, index + 1))
    expect(decode(...bytes).data.equals(data)).toBe(true)
  })

  test('an empty body', () => {
    expect(decode(Buffer.from('0\r\n\r\n')).data.length).toBe(0)
    expect(decode(Buffer.from('0\r\n')).data.length).toBe(0)
  })

  test('cut short anywhere, it is incomplete', () => {
    for (const cut of [0, 3, 6, 100, 8198, 8199, 8206, 8212, body.length - 2]) {
      expect({ cut, error: refusal(body.subarray(0, cut)) }).toMatchObject({ cut, error: { code: 'IncompleteBody' } })
    }
  })

  test.each([
    ['plain bytes', 'hello', 'IncompleteBody'],
    ['a chunk that is longer than it says', '3\r\nhello\r\n0\r\n\r\n', 'IncompleteBody'],
    ['bytes after the end', '0\r\n\r\nmore', 'IncompleteBody'],
    ['a small chunk before another', '3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n', 'InvalidChunkSizeError'],
    ['a trailer without a name', '0\r\n:value\r\n\r\n', 'MalformedTrailerError'],
    ['an endless line', 'f'.repeat(20_000), 'IncompleteBody'],
  ])('%s', (_name, text, code) => {
    expect(refusal(text)).toMatchObject({ code })
  })
})
