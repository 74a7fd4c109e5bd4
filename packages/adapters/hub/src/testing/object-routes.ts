import { isAtOrBelow } from '@gantry/core/driver'
import { type HubObject, hubCompleteRequestSchema, hubUploadRequestSchema } from '@gantry/core/hub'
import { randomUUID } from 'node:crypto'

import { crcOf, Refused, type Stored } from './stored.ts'

export interface Begun {
  readonly id: string
  readonly path: string
  readonly started: number
  readonly parts: Map<number, { offset: number; bytes: Uint8Array; tag: string }>
  done?: HubObject
}

const headersOf = (object: HubObject) => ({
  etag: `"${object.version}"`,
  'gantry-modified': String(object.modified),
  'gantry-crc32': object.digests.crc32,
  'content-type': object.contentType ?? 'application/octet-stream',
})

export async function objects(stored: Stored, path: string, request: Request): Promise<Response> {
  const { method, headers } = request
  if (method === 'PUT') {
    const bytes = new Uint8Array(await request.arrayBuffer())
    const promised = headers.get('gantry-crc32')
    if (promised !== null && promised !== crcOf(bytes)) throw new Refused(422, 'integrity')
    const modified = headers.get('gantry-modified')
    const object = stored.put(path, bytes, {
      modified: modified === null ? undefined : Number(modified),
      contentType: headers.get('content-type') ?? undefined,
      ifAbsent: headers.get('if-none-match') === '*',
      ifVersion: headers.get('if-match')?.slice(1, -1),
    })
    return Response.json(object, { status: 201 })
  }
  const { object, bytes } = stored.find(path)
  if (method === 'DELETE') {
    stored.remove(path)
    return new Response(null, { status: 204 })
  }
  const wanted = headers.get('if-match')
  if (wanted !== null && wanted !== `"${object.version}"`) throw new Refused(412, 'precondition_failed')
  const { size } = object
  if (method === 'HEAD')
    return new Response(null, { headers: { ...headersOf(object), 'content-length': String(size) } })
  const range = /^bytes=(\d+)-(\d*)$/u.exec(headers.get('range') ?? '')
  if (range === null)
    return new Response(bytes as Uint8Array<ArrayBuffer>, {
      headers: { ...headersOf(object), 'content-length': String(size) },
    })
  const start = Number(range[1])
  if (start >= size) throw new Refused(416, 'invalid')
  const end = Math.min(size, range[2] === '' ? size : Number(range[2]) + 1)
  return new Response(bytes.slice(start, end), {
    status: 206,
    headers: {
      ...headersOf(object),
      'content-range': `bytes ${start}-${end - 1}/${size}`,
      'content-length': String(end - start),
    },
  })
}

const partOf = ([number, { offset, bytes, tag }]: [number, { offset: number; bytes: Uint8Array; tag: string }]) => {
  return { number, offset, size: bytes.length, tag, digests: { crc32: crcOf(bytes) } }
}

export async function uploads(
  stored: Stored,
  begun: Map<string, Begun>,
  [id, what, number]: readonly string[],
  request: Request,
): Promise<Response> {
  const { method } = request
  const query = new URL(request.url).searchParams
  if (id === undefined && method === 'POST') {
    const { path } = hubUploadRequestSchema.parse(await request.json())
    const upload: Begun = { id: randomUUID(), path, started: Date.now(), parts: new Map() }
    begun.set(upload.id, upload)
    return Response.json(upload, { status: 201 })
  }
  if (id === undefined) {
    const prefix = query.get('prefix') ?? ''
    const open = [...begun.values()].filter((one) => one.done === undefined && isAtOrBelow(one.path, prefix))
    return Response.json({ uploads: open })
  }
  const upload = begun.get(id)
  if (upload === undefined) throw new Refused(404, 'not_found')
  if (what === 'complete') return Response.json((upload.done ??= complete(stored, upload, await request.json())))
  if (upload.done !== undefined) throw new Refused(404, 'not_found')
  if (method === 'DELETE') {
    begun.delete(id)
    return new Response(null, { status: 204 })
  }
  if (method === 'GET') return Response.json({ parts: [...upload.parts].toSorted(([a], [b]) => a - b).map(partOf) })
  const part = {
    offset: Number(query.get('offset')),
    bytes: new Uint8Array(await request.arrayBuffer()),
    tag: randomUUID(),
  }
  upload.parts.set(Number(number), part)
  return Response.json(partOf([Number(number), part]))
}

function complete(stored: Stored, upload: Begun, body: unknown): HubObject {
  const { parts, ...terms } = hubCompleteRequestSchema.parse(body)
  const held = parts.map(({ number, tag }) => {
    const part = upload.parts.get(number)
    if (part?.tag !== tag) throw new Refused(400, 'invalid')
    return part.bytes
  })
  return stored.put(upload.path, Buffer.concat(held), terms)
}
