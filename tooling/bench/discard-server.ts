import { type AddressInfo, createServer, type Socket } from 'node:net'

// A server in a process of its own that reads uploads, forgets them and agrees to everything: what remains is the
// client. It speaks just enough of S3 over bare sockets to cost next to nothing, and checks nothing.

/** Of every path, by part; an object in one piece is its own only part. */
const sizes = new Map<string, Map<string, number>>()

function serve(socket: Socket): void {
  let head = Buffer.alloc(0)
  let left = 0
  let request: Request | undefined
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (data) => {
    let chunk = data
    while (chunk.length > 0) {
      if (request === undefined) {
        head = Buffer.concat([head, chunk])
        const end = head.indexOf('\r\n\r\n')
        if (end < 0) return
        request = parse(head.toString('latin1', 0, end))
        chunk = head.subarray(end + 4)
        head = Buffer.alloc(0)
        left = request.length
        if (request.expects) socket.write('HTTP/1.1 100 Continue\r\n\r\n')
      }
      const taken = Math.min(left, chunk.length)
      left -= taken
      chunk = chunk.subarray(taken)
      if (left > 0) return
      socket.write(answer(request))
      request = undefined
    }
    if (request?.length === 0) {
      socket.write(answer(request))
      request = undefined
    }
  })
}

interface Request {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly length: number
  readonly expects: boolean
  readonly checksum: string
}

function parse(head: string): Request {
  const [, method = '', target = ''] = /^(\S+) (\S+)/u.exec(head) ?? []
  const [path = '', query = ''] = target.split('?')
  const length = Number(/\r\ncontent-length: *(\d+)/iu.exec(head)?.[1] ?? 0)
  const checksum = /\r\n(x-amz-checksum-(?:crc32|crc32c|crc64nvme|sha1|sha256): *\S+)/iu.exec(head)?.[1] ?? ''
  return { method, path, query, length, expects: /\r\nexpect:/iu.test(head), checksum }
}

function answer({ method, path, query, length, checksum }: Request): string {
  // No MD5, as of an encrypted object: nothing that could be compared.
  const etag = 'ETag: "discarded"'
  if (method === 'PUT') {
    const part = /partNumber=(\d+)/u.exec(query)?.[1] ?? 'whole'
    sizes.set(path, new Map(part === 'whole' ? [] : sizes.get(path)).set(part, length))
    return reply('200 OK', '', [etag, checksum])
  }
  if (method === 'HEAD') {
    const parts = sizes.get(path)
    const size = [...(parts?.values() ?? [])].reduce((sum, bytes) => sum + bytes, 0)
    if (parts === undefined) return reply('404 Not Found', undefined, ['Content-Length: 0'])
    return reply('200 OK', undefined, [etag, `Content-Length: ${size}`, `Last-Modified: ${new Date().toUTCString()}`])
  }
  if (method === 'POST' && query.startsWith('uploads')) {
    return reply(
      '200 OK',
      '<InitiateMultipartUploadResult><UploadId>one</UploadId></InitiateMultipartUploadResult>',
      [],
    )
  }
  if (method === 'POST') {
    const body = '<CompleteMultipartUploadResult><ETag>"0-1"</ETag></CompleteMultipartUploadResult>'
    return reply('200 OK', body, [])
  }
  return reply('200 OK', '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>', [])
}

function reply(status: string, body: string | undefined, headers: readonly string[]): string {
  const length = body === undefined ? [] : [`Content-Length: ${body.length}`]
  return [`HTTP/1.1 ${status}`, ...headers.filter((line) => line !== ''), ...length, '', body ?? ''].join('\r\n')
}

const server = createServer(serve)
server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
