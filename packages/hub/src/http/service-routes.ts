import { hubScopes, hubTokenSchema } from '@gantry/core/hub'
import * as z from 'zod'

import { openApiDocument } from '../openapi/document.ts'
import type { HubSetup } from '../options.ts'
import { clientKey, type RateLimit } from '../rate-limit.ts'
import type { AccessTokenMint } from '../tokens/access-tokens.ts'
import { exchange as exchangeAssertion, jwtBearer } from '../tokens/token-endpoint.ts'
import { json } from './answer.ts'
import type { Route } from './route.ts'
import { sentKeyPage, sharePage } from './share-page.ts'

/** RFC 8414 2. */
const metadataSchema = z.object({
  issuer: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
  scopes_supported: z.array(z.string()),
  response_types_supported: z.array(z.string()),
  grant_types_supported: z.array(z.string()),
  token_endpoint_auth_methods_supported: z.array(z.string()),
  service_documentation: z.url(),
})

const jwksSchema = z.object({ keys: z.array(z.looseObject({ kid: z.string(), kty: z.string() })) })

/** RFC 6749 5.2. */
const tokenErrorSchema = z.object({ error: z.string(), error_description: z.string().optional() })

const tokenRequestSchema = z.object({
  grant_type: z.literal(jwtBearer),
  assertion: z.string(),
  scope: z.string().optional(),
})

const healthSchema = z.object({ status: z.literal('ok') })

interface TokenSetup {
  readonly parts: HubSetup
  readonly mint: AccessTokenMint
  readonly limits: { readonly account: RateLimit; readonly address: RateLimit }
}

const cached = { 'Cache-Control': 'public, max-age=300' }

function getToken({ parts, mint, limits }: TokenSetup): Route {
  return {
    method: 'post',
    path: '/token',
    operation: 'getToken',
    summary: "Exchanges a service account's signed assertion for an access token (RFC 7523).",
    scopes: [],
    body: { type: 'application/x-www-form-urlencoded', schema: tokenRequestSchema },
    answers: {
      200: { about: 'The token.', type: 'application/json', schema: hubTokenSchema },
      400: { about: 'Refused (RFC 6749 5.2).', type: 'application/json', schema: tokenErrorSchema },
    },
    refusals: [413],
    async handle(exchange) {
      limits.address.take(clientKey(exchange.address))
      const form = new URLSearchParams(await exchange.text(64 * 1024))
      return json(await exchangeAssertion(form, { parts, mint, perAccount: limits.account }))
    },
  }
}

function getMetadata({ issuer }: HubSetup): Route {
  return {
    method: 'get',
    path: '/.well-known/oauth-authorization-server',
    operation: 'getMetadata',
    summary: 'Where tokens are had (RFC 8414).',
    scopes: [],
    answers: { 200: { about: 'The metadata.', type: 'application/json', schema: metadataSchema } },
    async handle() {
      const metadata: z.infer<typeof metadataSchema> = {
        issuer,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/.well-known/jwks.json`,
        scopes_supported: [...hubScopes],
        response_types_supported: [],
        grant_types_supported: [jwtBearer],
        token_endpoint_auth_methods_supported: ['none'],
        service_documentation: `${issuer}/openapi.json`,
      }
      return json(metadata, 200, cached)
    },
  }
}

function getKeys({ keys }: HubSetup): Route {
  return {
    method: 'get',
    path: '/.well-known/jwks.json',
    operation: 'getKeys',
    summary: 'The public keys that access tokens are checked with.',
    scopes: [],
    answers: { 200: { about: 'The keys.', type: 'application/json', schema: jwksSchema } },
    async handle() {
      const verifying = keys.verifying.map(({ kid, alg, jwk }) => ({ ...jwk, kid, alg, use: 'sig' }))
      return json({ keys: verifying }, 200, cached)
    },
  }
}

function getDocument({ issuer }: HubSetup, all: () => readonly Route[]): Route {
  let document: unknown
  return {
    method: 'get',
    path: '/openapi.json',
    operation: 'getDocument',
    summary: 'This document.',
    scopes: [],
    answers: { 200: { about: 'OpenAPI 3.1.', type: 'application/json', schema: z.looseObject({}) } },
    async handle() {
      document ??= openApiDocument(all(), issuer)
      return json(document, 200, cached)
    },
  }
}

function getHealth({ database }: HubSetup): Route {
  return {
    method: 'get',
    path: '/healthz',
    operation: 'getHealth',
    summary: 'Whether the hub can read its database.',
    scopes: [],
    answers: { 200: { about: 'It can.', type: 'application/json', schema: healthSchema } },
    refusals: [503],
    async handle() {
      await database.all('SELECT 1')
      return json({ status: 'ok' })
    },
  }
}

const showShare: Route = {
  method: 'get',
  path: '/s/{id}',
  operation: 'showShare',
  summary:
    'A page that says how to open a share; the same for every id, and never an open. Another one where the key was sent with the id.',
  scopes: [],
  parameters: [{ in: 'path', name: 'id', about: 'Of a share.', schema: z.string(), required: true }],
  answers: { 200: { about: 'The page.', type: 'text/html; charset=utf-8' } },
  async handle({ params: { id = '' } }) {
    return new Response(/#|%(?:25)*23/u.test(id) ? sentKeyPage : sharePage, {
      headers: { 'Content-Type': 'text/html; charset=utf-8' },
    })
  },
}

/** Tokens, and documents for everybody. */
export function serviceRoutes(setup: TokenSetup, all: () => readonly Route[]): readonly Route[] {
  return [
    getToken(setup),
    getMetadata(setup.parts),
    getKeys(setup.parts),
    getDocument(setup.parts, all),
    getHealth(setup.parts),
    showShare,
  ]
}
