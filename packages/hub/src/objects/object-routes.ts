import { Refusal } from '@gantry/core'
import { withoutUndefined } from '@gantry/core/driver'
import { hubLockRequestSchema, hubObjectSchema, hubObjectsSchema, hubUploadRequestSchema } from '@gantry/core/hub'
import { askedRange, entityTags, isUnchanged } from '@gantry/http/server'
import * as z from 'zod'

import { json, nothing } from '../http/answer.ts'
import type { Parameter, Route } from '../http/route.ts'
import type { HubSetup } from '../options.ts'
import type { Principal } from '../tokens/principal.ts'
import { lock, unlock } from './claims.ts'
import type { ObjectRow } from './object-rows.ts'
import type { Objects } from './objects.ts'

const text = z.string().max(4096)
const limit = z.coerce.number().int().min(1).max(1000)
const time = z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER)
const { crc32 } = hubObjectSchema.shape.digests.shape

const putHeaders = z.object({
  'gantry-modified': time.optional(),
  'gantry-crc32': crc32.optional(),
  'content-type': hubUploadRequestSchema.shape.contentType,
})
const listQuery = z.object({ prefix: text.optional(), after: text.optional(), limit: limit.optional() })

const path: Parameter = {
  in: 'path',
  name: 'path',
  about: 'The path of the object: segments percent-encoded, slashes between them as they are.',
  schema: z.string().min(1),
  required: true,
}
export const pageParameters: readonly Parameter[] = [
  { in: 'query', name: 'prefix', about: 'At this path or below it; with a slash at its end, below it.', schema: text },
  { in: 'query', name: 'after', about: '`next` of the page before.', schema: text },
  { in: 'query', name: 'limit', about: 'Most of them on a page.', schema: limit },
]
const ifMatch: Parameter = { in: 'header', name: 'If-Match', about: 'This version only, else 412.', schema: z.string() }
const objectHeaders = ['ETag', 'Gantry-Modified', 'Gantry-Crc32', 'Accept-Ranges', 'Content-Length']

const readParameters: readonly Parameter[] = [
  path,
  ifMatch,
  { in: 'header', name: 'If-None-Match', about: 'Not this version, else 304.', schema: z.string() },
]

const reading = {
  path: '/v1/objects/{path}',
  scopes: ['sources:read'],
  share: true,
  refusals: [404, 410, 412],
} as const
const claiming = {
  path: '/v1/locks',
  scopes: ['sources:write'],
  body: { type: 'application/json', schema: hubLockRequestSchema },
  answers: { 204: { about: 'All of them.' } },
} as const

function readObject(objects: Objects, parts: HubSetup): Route {
  return {
    ...reading,
    method: 'get',
    operation: 'readObject',
    summary: 'The bytes of an object, or a range of them, of one version.',
    refusals: [404, 410, 412, 416],
    parameters: [
      ...readParameters,
      {
        in: 'header',
        name: 'Range',
        about: 'One range of bytes; of several, all bytes are answered.',
        schema: z.string(),
      },
      { in: 'header', name: 'If-Range', about: 'The range if it is this version, else all.', schema: z.string() },
    ],
    answers: {
      200: { about: 'All bytes.', type: 'application/octet-stream', headers: objectHeaders },
      206: { about: 'The range.', type: 'application/octet-stream', headers: [...objectHeaders, 'Content-Range'] },
      304: { about: 'It is that version.' },
    },
    handle: reads(objects, parts),
  }
}

function lookAtObject(objects: Objects, parts: HubSetup): Route {
  return {
    ...reading,
    method: 'head',
    operation: 'lookAtObject',
    summary: 'What there is to know of an object.',
    parameters: readParameters,
    answers: { 200: { about: 'In the headers.', headers: objectHeaders }, 304: { about: 'It is that version.' } },
    handle: reads(objects, parts),
  }
}

/** Answers both `GET` and `HEAD`. */
function reads(objects: Objects, { onError }: HubSetup): Route['handle'] {
  return async (exchange) => {
    const { principal, signal, request } = exchange
    const name = exchange.pathAfter('/v1/objects/')
    const who = principal as Principal
    const header = (one: string) => exchange.header(one)
    if (request.method === 'HEAD') {
      const row = await objects.find(name, who)
      const headers = headersOf(row)
      if (isUnchanged(header, headers.ETag)) return new Response(null, { status: 304, headers })
      return new Response(null, { headers: { ...headers, 'Content-Length': String(row.size) } })
    }
    const opened = await objects.open(name, who, { signal })
    const { row } = opened
    try {
      const tagged = headersOf(row)
      if (isUnchanged(header, tagged.ETag)) {
        opened.release()
        return new Response(null, { status: 304, headers: tagged })
      }
      const range = askedRange(header, row.size, tagged.ETag)
      const { start, end } = range ?? { start: 0, end: row.size }
      const headers = {
        ...tagged,
        'Content-Length': String(end - start),
        ...(range !== undefined && { 'Content-Range': `bytes ${start}-${end - 1}/${row.size}` }),
      }
      const body = exchange.stream(await opened.read(start, end), onError)
      return new Response(body, { status: range === undefined ? 200 : 206, headers })
    } catch (error) {
      opened.release()
      throw error
    }
  }
}

function putObject(objects: Objects): Route {
  return {
    method: 'put',
    path: '/v1/objects/{path}',
    operation: 'putObject',
    summary: 'Writes an object: all of it, or nothing. It goes after a day unless a share or a lock claims it.',
    scopes: ['sources:write'],
    parameters: [
      path,
      ifMatch,
      {
        in: 'header',
        name: 'If-None-Match',
        about: '`*`: only if nothing is there, else 409.',
        schema: z.literal('*'),
      },
      { in: 'header', name: 'Gantry-Modified', about: 'Milliseconds since the epoch.', schema: time },
      { in: 'header', name: 'Gantry-Crc32', about: 'Of the body: other bytes are refused with 422.', schema: crc32 },
    ],
    body: { type: 'application/octet-stream' },
    answers: { 201: { about: 'What is kept.', type: 'application/json', schema: hubObjectSchema } },
    refusals: [409, 412, 413, 422, 507],
    async handle(exchange) {
      const { account, signal } = exchange
      const headers = exchange.headers(putHeaders)
      const ifNoneMatch = exchange.header('if-none-match')
      const match = exchange.header('if-match')
      if (ifNoneMatch !== undefined && ifNoneMatch.trim() !== '*') {
        throw new Refusal('invalid', 'If-None-Match must be "*" where something is written.')
      }
      const object = await objects.put(
        {
          path: exchange.pathAfter('/v1/objects/'),
          size: exchange.length,
          modified: headers['gantry-modified'],
          contentType: headers['content-type'],
          crc32: headers['gantry-crc32'],
          ifAbsent: ifNoneMatch !== undefined,
          ...(match !== undefined && { ifVersion: versionIn(match) }),
        },
        exchange.body(),
        account,
        { signal },
      )
      return json(object, 201, { ETag: `"${object.version}"` })
    },
  }
}

function removeObject(objects: Objects): Route {
  return {
    method: 'delete',
    path: '/v1/objects/{path}',
    operation: 'removeObject',
    summary: 'Removes an object of the caller; succeeds also when nothing is there.',
    scopes: ['sources:write', 'admin'],
    parameters: [path],
    answers: { 204: { about: 'It is gone.' } },
    async handle(exchange) {
      await objects.remove(exchange.pathAfter('/v1/objects/'), exchange.account)
      return nothing()
    },
  }
}

function listObjects(objects: Objects): Route {
  return {
    method: 'get',
    path: '/v1/objects',
    operation: 'listObjects',
    summary: "The caller's objects, in the order of their paths' UTF-8 bytes.",
    scopes: ['sources:read', 'admin'],
    parameters: pageParameters,
    answers: { 200: { about: 'A page of them.', type: 'application/json', schema: hubObjectsSchema } },
    async handle(exchange) {
      return json(await objects.list(withoutUndefined(exchange.query(listQuery)), exchange.account))
    },
  }
}

function lockObjects(parts: HubSetup): Route {
  return {
    ...claiming,
    method: 'post',
    operation: 'lockObjects',
    summary: 'Claims objects for good: they expire no more.',
    refusals: [404, 413],
    handle: claims(lock, parts),
  }
}

function unlockObjects(parts: HubSetup): Route {
  return {
    ...claiming,
    method: 'delete',
    operation: 'unlockObjects',
    summary: 'Gives claimed objects up again.',
    refusals: [413],
    handle: claims(unlock, parts),
  }
}

function claims(change: typeof lock, parts: HubSetup): Route['handle'] {
  return async (exchange) => {
    const { paths } = await exchange.json(hubLockRequestSchema, parts.limits.jsonBytes)
    await change(paths, exchange.account, parts)
    return nothing()
  }
}

/** Objects and locks. */
export function objectRoutes(objects: Objects, parts: HubSetup): readonly Route[] {
  return [
    readObject(objects, parts),
    lookAtObject(objects, parts),
    putObject(objects),
    removeObject(objects),
    listObjects(objects),
    lockObjects(parts),
    unlockObjects(parts),
  ]
}

function headersOf(row: ObjectRow) {
  return {
    'Content-Type': row.content_type ?? 'application/octet-stream',
    // What clients put is theirs: no browser shall show it as a page of the hub.
    'Content-Disposition': 'attachment',
    ETag: `"${row.version}"`,
    'Gantry-Modified': String(row.modified),
    'Gantry-Crc32': row.crc32,
    'Accept-Ranges': 'bytes',
  }
}

function versionIn(header: string): string {
  const [version, ...others] = entityTags(header).map((tag) => /^"(.*)"$/u.exec(tag)?.[1])
  if (version === undefined || others.length > 0) {
    throw new Refusal('invalid', 'If-Match must name one version where something is written.')
  }
  return version
}
