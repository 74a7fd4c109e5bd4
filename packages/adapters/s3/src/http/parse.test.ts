import { describe, expect, test } from 'vitest'

import { ChunkedDecoder } from './chunked.ts'
import { endOfHead, framingOf, parseResponseHead } from './response-head.ts'

const parse = (text: string) => parseResponseHead(Buffer.from(text, 'latin1'))

const framing = (method: string, text: string) => framingOf(method, parse(`HTTP/1.1 ${text}\r\n\r\n`))

describe('heads', () => {
  test('status, headers, connection', () => {
    const head = parse('HTTP/1.1 200 OK\r\nETag: "a"\r\nX-Two: 1\r\nx-two:2 \r\nEmpty:\r\n\r\n')
    expect(head.status).toBe(200)
    expect([...head.headers]).toEqual([
      ['etag', '"a"'],
      ['x-two', '1, 2'],
      ['empty', ''],
    ])
    expect(head.keepAlive).toBe(true)
    expect(parse('HTTP/1.1 204\r\nConnection: Close\r\n\r\n').keepAlive).toBe(false)
    expect(parse('HTTP/1.0 200 OK\r\n\r\n').keepAlive).toBe(false)
    expect(parse('HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n').keepAlive).toBe(true)
  })

  test.each([
    'HTTP/2 200 OK\r\n\r\n',
    'HTTP/1.1 99 Low\r\n\r\n',
    'ICY 200 OK\r\n\r\n',
    'HTTP/1.1 200 OK\r\nno colon\r\n\r\n',
    'HTTP/1.1 200 OK\r\nA: b\r\n folded: c\r\n\r\n',
    'HTTP/1.1 200 OK\r\nA : b\r\n\r\n',
    'HTTP/1.1 200 OK\r\nA: b\nContent-Length: 3\r\n\r\n',
    'HTTP/1.1 200 OK\r\nA: \0\r\n\r\n',
  ])('refuses %j', (text) => {
    expect(() => parse(text)).toThrow('not HTTP/1.1')
  })

  test('framing', () => {
    expect(framing('GET', '200 OK\r\nContent-Length: 12')).toBe(12)
    expect(framing('HEAD', '200 OK\r\nContent-Length: 12')).toBe(0)
    expect(framing('GET', '304 Not Modified\r\nContent-Length: 12')).toBe(0)
    expect(framing('DELETE', '204 No Content')).toBe(0)
    expect(framing('GET', '200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3')).toBe('chunked')
    expect(framing('GET', '200 OK')).toBe('close')
    expect(framing('GET', '200 OK\r\nContent-Length: 3\r\nContent-Length: 3')).toBe(3)
    expect(() => framing('GET', '200 OK\r\nContent-Length: 3\r\nContent-Length: 4')).toThrow('not HTTP/1.1')
    expect(() => framing('GET', '200 OK\r\nContent-Length: -1')).toThrow('not HTTP/1.1')
    expect(() => framing('GET', '200 OK\r\nTransfer-Encoding: gzip, chunked')).toThrow('not HTTP/1.1')
  })

  test('the end is found wherever it is cut', () => {
    const bytes = Buffer.from('HTTP/1.1 200 OK\r\nA: b\r\n\r\nrest')
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const first = endOfHead(bytes.subarray(0, cut))
      expect(first === -1 ? endOfHead(bytes, cut) : first).toBe(bytes.length - 4)
    }
  })
})

describe('chunked bodies', () => {
  const body = '5\r\nhello\r\n1;ext=1\r\n \r\nA\r\nworld12345\r\n0\r\nX-Trailer: y\r\n\r\nNEXT'

  test.each([1, 2, 3, 7, 1000])('in pieces of %i bytes', (size) => {
    const decoder = new ChunkedDecoder()
    const bytes = Buffer.from(body)
    let text = ''
    let consumed = 0
    for (let at = 0; at < bytes.length && !decoder.over; at += size) {
      consumed += decoder.feed(bytes.subarray(at, at + size), (piece) => {
        text += piece.toString()
      })
    }
    expect(text).toBe('hello world12345')
    expect(decoder.over).toBe(true)
    expect(bytes.subarray(consumed).toString()).toBe('NEXT')
  })

  test.each([
    'x\r\n',
    '-1\r\n',
    '5\nhello\r\n',
    '5\r\nhello!\r\n',
    '\r\n',
    'fffffffffffffffff\r\n',
    '1'.repeat(70_000),
  ])('refuses %#', (text) => {
    expect(() => new ChunkedDecoder().feed(Buffer.from(text), () => {})).toThrow('not HTTP/1.1')
  })
})
