import { Refusal } from '@gantry/core'
import {
  hubAuditSchema,
  hubOpenedShareSchema,
  hubShareRequestSchema,
  hubShareSchema,
  hubSharesSchema,
} from '@gantry/core/hub'
import * as z from 'zod'

import { json } from '../http/answer.ts'
import type { Exchange } from '../http/exchange.ts'
import type { Parameter, Route } from '../http/route.ts'
import type { HubSetup } from '../options.ts'
import { sha256 } from '../random-text.ts'
import { clientKey, type RateLimit } from '../rate-limit.ts'
import type { AccountPrincipal } from '../tokens/principal.ts'
import type { Shares } from './shares.ts'

const seq = z.coerce.number().int().positive()
const limit = z.coerce.number().int().min(1).max(1000)
const listQuery = z.object({ after: seq.optional(), limit: limit.optional() })
const openQuery = z.object({ passphrase: z.literal('none').optional() })
const id: Parameter = { in: 'path', name: 'id', about: 'Of the share.', schema: z.string(), required: true }

interface ShareLimits {
  readonly perShare: RateLimit
  readonly perAddress: RateLimit
}

/** Shares, and what happened to them. */
export function shareRoutes(shares: Shares, { perShare, perAddress }: ShareLimits, parts: HubSetup): readonly Route[] {
  const share = { about: 'The share.', type: 'application/json', schema: hubShareSchema } as const
  const idOf = ({ params }: Exchange) => params['id'] ?? ''
  return [
    {
      method: 'post',
      path: '/v1/shares',
      operation: 'createShare',
      summary: 'Makes a share of objects, and claims them; asked again for the same, it answers the same.',
      scopes: ['shares:write'],
      body: { type: 'application/json', schema: hubShareRequestSchema },
      answers: { 200: { ...share, about: 'It was there already.' }, 201: share },
      refusals: [404, 409, 413],
      async handle(exchange) {
        const request = await exchange.json(hubShareRequestSchema, parts.limits.jsonBytes)
        const { share: made, made: fresh } = await shares.create(request, exchange.account)
        return json(made, fresh ? 201 : 200)
      },
    },
    {
      method: 'get',
      path: '/v1/shares',
      operation: 'listShares',
      summary: "The caller's shares, newest first; for `admin` everybody's.",
      scopes: ['shares:read', 'admin'],
      parameters: [
        { in: 'query', name: 'after', about: '`next` of the page before.', schema: seq },
        { in: 'query', name: 'limit', about: 'Most of them on a page.', schema: limit },
      ],
      answers: { 200: { about: 'A page of them.', type: 'application/json', schema: hubSharesSchema } },
      async handle(exchange) {
        return json(await shares.list(exchange.query(listQuery), exchange.account))
      },
    },
    {
      method: 'get',
      path: '/v1/shares/{id}',
      operation: 'getShare',
      summary: 'A share of the caller.',
      scopes: ['shares:read', 'admin'],
      parameters: [id],
      answers: { 200: share },
      refusals: [404],
      async handle(exchange) {
        return json(await shares.get(idOf(exchange), exchange.account))
      },
    },
    {
      method: 'delete',
      path: '/v1/shares/{id}',
      operation: 'revokeShare',
      summary: 'Ends a share, and all tokens that came of it, at once.',
      scopes: ['shares:write', 'admin'],
      parameters: [id],
      answers: { 200: share },
      refusals: [404],
      async handle(exchange) {
        return json(await shares.revoke(idOf(exchange), exchange.account))
      },
    },
    {
      method: 'post',
      path: '/v1/shares/{id}/open',
      operation: 'openShare',
      summary:
        'Opens a share, which counts; with a token of an open of the last day, only gives another. Needs a token with `shares:read` only where the share says so.',
      scopes: [],
      parameters: [
        id,
        {
          in: 'query',
          name: 'passphrase',
          about: '`none`: no passphrase is at hand; a share that needs one is refused, and not counted.',
          schema: z.literal('none'),
        },
      ],
      answers: { 200: { about: 'What reads its objects.', type: 'application/json', schema: hubOpenedShareSchema } },
      refusals: [401, 403, 404, 410, 412],
      async handle(exchange) {
        perAddress.take(clientKey(exchange.address))
        // By a digest: an id that somebody made up may be long, and keeps its whole URL in memory.
        perShare.take(await sha256(idOf(exchange)))
        const { principal } = exchange
        const earlier = principal?.kind === 'share' && principal.share === idOf(exchange) ? principal : undefined
        const { passphrase } = exchange.query(openQuery)
        const how = { earlier, noPassphrase: passphrase === 'none' }
        return json(await shares.open(idOf(exchange), async (needed) => authorise(exchange, needed), how))
      },
    },
    {
      method: 'get',
      path: '/v1/shares/{id}/audit',
      operation: 'auditShare',
      summary:
        'What happened to a share, oldest first; the newest ten thousand events, and a thousand refusals, at most.',
      scopes: ['shares:read', 'admin'],
      parameters: [id],
      answers: { 200: { about: 'The events.', type: 'application/json', schema: hubAuditSchema } },
      refusals: [404],
      async handle(exchange) {
        return json(await shares.audit(idOf(exchange), exchange.account))
      },
    },
  ]
}

function authorise({ principal }: Exchange, needed: boolean): AccountPrincipal | undefined {
  if (principal?.kind === 'account' && (!needed || principal.scopes.has('shares:read'))) return principal
  if (!needed) return undefined
  if (principal === undefined) {
    throw new Refusal('unauthenticated', 'The share opens with an access token only.', {
      headers: { 'WWW-Authenticate': 'Bearer' },
    })
  }
  throw new Refusal('permission_denied', 'The access token lacks the scope shares:read.', { reason: 'scope' })
}
