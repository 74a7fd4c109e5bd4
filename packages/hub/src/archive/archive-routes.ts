import {
  type HubArchive,
  type HubArchiveCall,
  hubArchiveIdSchema,
  hubArchiveReceiptsSchema,
  hubArchiveRequestSchema,
  hubArchiveRestoredSchema,
  hubArchiveSessionSchema,
  hubArchiveSessionsSchema,
} from '@gantry/core/hub'
import * as z from 'zod'

import { json } from '../http/answer.ts'
import { type Exchange, parse } from '../http/exchange.ts'
import type { Parameter, Route } from '../http/route.ts'
import type { Objects } from '../objects/objects.ts'
import type { HubSetup } from '../options.ts'
import { accountObjects } from './account-objects.ts'

const limit = z.coerce.number().int().min(1).max(1000)
const id: Parameter = { in: 'path', name: 'id', about: 'Of the session.', schema: z.string(), required: true }
const paging = (after: z.ZodType): Parameter[] => [
  { in: 'query', name: 'after', about: '`next` of the page before.', schema: after },
  { in: 'query', name: 'limit', about: 'Most of them on a page.', schema: limit },
]
const sessionsQuery = z.object({ after: z.string().max(128).optional(), limit: limit.optional() })
const seq = z.coerce.number().int().positive()
const receiptsQuery = z.object({ after: seq.optional(), limit: limit.optional() })
const path = '/v1/archive/sessions/{id}'
const session = { about: 'The session.', type: 'application/json', schema: hubArchiveSessionSchema } as const

function listArchiveSessions(archive: HubArchive): Route {
  return {
    method: 'get',
    path: '/v1/archive/sessions',
    operation: 'listArchiveSessions',
    summary: "The caller's sessions that are archived, by id; those that were deleted, too.",
    scopes: ['sources:read'],
    parameters: paging(z.string()),
    answers: { 200: { about: 'A page of them.', type: 'application/json', schema: hubArchiveSessionsSchema } },
    async handle(exchange) {
      const { after, limit: most = 100 } = exchange.query(sessionsQuery)
      const { account: owner } = exchange.account
      const sessions = await archive.sessions({ owner, limit: most + 1, ...(after !== undefined && { after }) })
      const page = sessions.slice(0, most)
      const next = sessions.length > most ? page.at(-1)?.id : undefined
      return json({ sessions: page, ...(next !== undefined && { next }) })
    },
  }
}

function archiveSession(archive: HubArchive, objects: Objects, { limits }: HubSetup): Route {
  return {
    method: 'post',
    path,
    operation: 'archiveSession',
    summary: "Archives the caller's objects at a prefix under the id of a session; asked again, what is new.",
    scopes: ['sources:write'],
    parameters: [id],
    body: { type: 'application/json', schema: hubArchiveRequestSchema },
    answers: { 200: session },
    refusals: [404, 409, 422, 507],
    async handle(exchange) {
      const call = callOf(exchange)
      const { prefix } = await exchange.json(hubArchiveRequestSchema, limits.jsonBytes)
      return json(await archive.store({ ...call, objects: accountObjects(objects, exchange.account), prefix }))
    },
  }
}

function getArchiveSession(archive: HubArchive): Route {
  return {
    method: 'get',
    path,
    operation: 'getArchiveSession',
    summary: 'A session of the caller.',
    scopes: ['sources:read'],
    parameters: [id],
    answers: { 200: session },
    refusals: [404],
    async handle(exchange) {
      return json(await archive.session(callOf(exchange)))
    },
  }
}

function listArchiveReceipts(archive: HubArchive): Route {
  return {
    method: 'get',
    path: `${path}/receipts`,
    operation: 'listArchiveReceipts',
    summary: 'What was archived of a session: digests, CIDs, until when it is kept.',
    scopes: ['sources:read'],
    parameters: [id, ...paging(seq)],
    answers: { 200: { about: 'A page of them.', type: 'application/json', schema: hubArchiveReceiptsSchema } },
    refusals: [404],
    async handle(exchange) {
      const { after, limit: most = 1000 } = exchange.query(receiptsQuery)
      const page = { limit: most, ...(after !== undefined && { after }) }
      return json(await archive.receipts({ ...callOf(exchange), ...page }))
    },
  }
}

function restoreArchiveSession(archive: HubArchive, objects: Objects): Route {
  return {
    method: 'post',
    path: `${path}/restore`,
    operation: 'restoreArchiveSession',
    summary: 'Puts back what is missing or deleted of a session, with the bytes that were archived.',
    scopes: ['sources:write'],
    parameters: [id],
    answers: { 200: { about: 'How much.', type: 'application/json', schema: hubArchiveRestoredSchema } },
    refusals: [404, 507],
    async handle(exchange) {
      return json(await archive.restore({ ...callOf(exchange), objects: accountObjects(objects, exchange.account) }))
    },
  }
}

function deleteArchiveSession(archive: HubArchive, objects: Objects): Route {
  return {
    method: 'delete',
    path,
    operation: 'deleteArchiveSession',
    summary: "Deletes a session's objects from the hub, as far as they are archived; its receipts stay.",
    scopes: ['sources:write'],
    parameters: [id],
    answers: { 200: session },
    refusals: [404],
    async handle(exchange) {
      return json(await archive.delete({ ...callOf(exchange), objects: accountObjects(objects, exchange.account) }))
    },
  }
}

/** Sessions of objects that are archived, deleted and restored: each account its own. */
export function archiveRoutes(archive: HubArchive, objects: Objects, parts: HubSetup): readonly Route[] {
  return [
    listArchiveSessions(archive),
    archiveSession(archive, objects, parts),
    getArchiveSession(archive),
    listArchiveReceipts(archive),
    restoreArchiveSession(archive, objects),
    deleteArchiveSession(archive, objects),
  ]
}

function callOf(exchange: Exchange): HubArchiveCall {
  return {
    owner: exchange.account.account,
    session: parse(hubArchiveIdSchema, exchange.params['id'] ?? ''),
    signal: exchange.signal,
  }
}
