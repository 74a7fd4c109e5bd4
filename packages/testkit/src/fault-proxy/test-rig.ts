import { EventEmitter, once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { type FaultProxy, type FaultProxyOptions, startFaultProxy } from './fault-proxy.ts'

/** One end of a connection, and all that came to it. */
export interface Peer {
  readonly socket: Socket
  /** As latin1, so that a character is a byte. */
  readonly text: () => string
  /** Resolves once so much came; or once nothing more can. */
  readonly received: (bytes: number | string) => Promise<void>
  /** How the other side ended it: `end` for a clean FIN, or the error's code. */
  readonly outcome: Promise<string>
}

/** Listens to a socket by events: an error then takes nothing away of what came before it. */
function watch(socket: Socket): Peer {
  const chunks: Buffer[] = []
  let length = 0
  const changes = new EventEmitter()
  const { promise: outcome, resolve } = Promise.withResolvers<string>()
  const ended = (how: string): void => {
    resolve(how)
    changes.emit('change')
  }
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    length += chunk.length
    changes.emit('change')
  })
  socket.once('end', () => ended('end'))
  socket.once('error', (error: NodeJS.ErrnoException) => ended(error.code ?? error.message))
  socket.once('close', () => ended('closed'))
  const text = (): string => Buffer.concat(chunks).toString('latin1')
  return {
    socket,
    text,
    outcome,
    received: async (wanted) => {
      const has = (): boolean => (typeof wanted === 'string' ? text().includes(wanted) : length >= wanted)
      while (!has() && !socket.readableEnded && !socket.destroyed) await once(changes, 'change')
    },
  }
}

export interface RawServer {
  readonly port: number
  /** In the order that they connected. */
  readonly peers: readonly Peer[]
  readonly peer: (index: number) => Promise<Peer>
}

/** A server that keeps what comes, and does what the test says. Ends with the test. */
export async function startRawServer(serve: (peer: Peer) => void | Promise<void> = () => {}): Promise<RawServer> {
  const peers: Peer[] = []
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const peer = watch(socket)
    peers.push(peer)
    server.emit('peer')
    void serve(peer)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const { socket } of peers) socket.destroy()
    server.close()
  })
  return {
    port: (server.address() as AddressInfo).port,
    peers,
    peer: async (index) => {
      while (peers[index] === undefined) await once(server, 'peer')
      return peers[index]
    },
  }
}

/** A proxy that is closed with the test. */
export async function proxyTo(port: number, options: Omit<FaultProxyOptions, 'target'> = {}): Promise<FaultProxy> {
  const proxy = await startFaultProxy({ target: `http://127.0.0.1:${port}`, ...options })
  onTestFinished(() => proxy.close())
  return proxy
}

/** A client that has sent these bytes. Ends with the test. */
export function send(port: number, bytes: string | Buffer = ''): Peer {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  if (bytes.length > 0) socket.write(bytes, 'latin1')
  onTestFinished(() => {
    socket.destroy()
  })
  return watch(socket)
}

/** Answers each request of a peer in turn, once its head and `Content-Length` bytes of body are there. */
export function answering(...answers: readonly string[]): (peer: Peer) => Promise<void> {
  return async (peer) => {
    let from = 0
    for (const answer of answers) {
      const headEnd = (): number => peer.text().indexOf('\r\n\r\n', from)
      while (headEnd() < 0) {
        if (peer.socket.readableEnded || peer.socket.destroyed) return
        await peer.received(peer.text().length + 1)
      }
      const end = headEnd()
      const length = /content-length: *(\d+)/i.exec(peer.text().slice(from, end + 4))?.[1] ?? '0'
      from = end + 4 + Number(length)
      await peer.received(from)
      peer.socket.write(answer, 'latin1')
    }
  }
}

/** Bytes that tell where they are: each eight are their own number. */
export function numbered(length: number): string {
  let text = ''
  for (let at = 0; at < length; at += 8) text += String(at).padStart(8, '0')
  return text.slice(0, length)
}

export const put = (body: string, path = '/bucket/key'): string =>
  `PUT ${path} HTTP/1.1\r\nHost: s3.example\r\nContent-Length: ${body.length}\r\n\r\n${body}`

export const get = (path = '/bucket/key'): string => `GET ${path} HTTP/1.1\r\nHost: s3.example\r\n\r\n`

export const ok = (body = ''): string => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`
