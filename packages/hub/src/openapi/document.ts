import {
  hubArchiveReceiptSchema,
  hubArchiveReceiptsSchema,
  hubArchiveRequestSchema,
  hubArchiveRestoredSchema,
  hubArchiveSessionSchema,
  hubArchiveSessionsSchema,
  hubAuditSchema,
  hubCompleteRequestSchema,
  hubErrorSchema,
  hubLockRequestSchema,
  hubObjectSchema,
  hubObjectsSchema,
  hubOpenedShareSchema,
  hubPartSchema,
  hubPartsSchema,
  hubShareRequestSchema,
  hubSharesSchema,
  hubShareSchema,
  hubTokenSchema,
  hubUploadRequestSchema,
  hubUploadSchema,
  hubUploadsSchema,
} from '@gantry/core/hub'
import * as z from 'zod'

import type { Parameter, Route, RouteAnswer } from '../http/route.ts'

/** Names of what is used more than once, or is worth a name. */
const named: readonly (readonly [string, z.ZodType])[] = [
  ['Object', hubObjectSchema],
  ['Objects', hubObjectsSchema],
  ['UploadRequest', hubUploadRequestSchema],
  ['Upload', hubUploadSchema],
  ['Uploads', hubUploadsSchema],
  ['Part', hubPartSchema],
  ['Parts', hubPartsSchema],
  ['CompleteRequest', hubCompleteRequestSchema],
  ['LockRequest', hubLockRequestSchema],
  ['ShareRequest', hubShareRequestSchema],
  ['Share', hubShareSchema],
  ['Shares', hubSharesSchema],
  ['OpenedShare', hubOpenedShareSchema],
  ['Audit', hubAuditSchema],
  ['Token', hubTokenSchema],
  ['ArchiveRequest', hubArchiveRequestSchema],
  ['ArchiveSession', hubArchiveSessionSchema],
  ['ArchiveSessions', hubArchiveSessionsSchema],
  ['ArchiveReceipt', hubArchiveReceiptSchema],
  ['ArchiveReceipts', hubArchiveReceiptsSchema],
  ['ArchiveRestored', hubArchiveRestoredSchema],
  ['Error', hubErrorSchema],
]

const names = new Map(named.map(([name, schema]) => [schema, name]))

/** What each status of a refusal says. */
const refusals: Readonly<Record<number, string>> = {
  400: 'The request is not as it must be.',
  401: 'No valid access token.',
  403: 'The access token does not allow it.',
  404: 'There is no such thing, or none that the caller may see.',
  409: 'It is there already.',
  410: 'It is over; `details` says why: `expired`, `revoked` or `used_up`.',
  412: 'It is not of that version.',
  413: 'It is too large.',
  416: 'There are no such bytes.',
  422: 'The bytes that came are not those that were promised.',
  429: 'Too many requests; see `Retry-After`.',
  500: 'A defect of the hub.',
  503: 'Something behind the hub fails for now.',
  507: 'No space, or none that the account may use.',
}

/** The OpenAPI 3.1 document of these routes, made of the schemas that check them. */
export function openApiDocument(routes: readonly Route[], issuer: string): unknown {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) (paths[route.path] ??= {})[route.method] = operationOf(route)
  return {
    openapi: '3.1.1',
    info: {
      title: 'Gantry hub',
      version: '1',
      summary: 'Keeps ciphertext and shares, and mints access tokens.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: issuer }],
    paths,
    components: {
      schemas: componentSchemas(),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'An access token (RFC 9068).' },
      },
    },
  }
}

function operationOf(route: Route): unknown {
  const { operation, summary, scopes, share = false, parameters = [], body, answers } = route
  const needsToken = scopes.length > 0
  const possible = [429, 500, 503, ...(needsToken ? [401, 403] : []), ...(route.refusals ?? []), 400]
  const responses: Record<string, unknown> = {}
  for (const status of possible) {
    const content = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } }
    responses[status] = { description: refusals[status], content }
  }
  for (const [status, answer] of Object.entries(answers)) responses[status] = answerOf(answer)
  const scopeText = needsToken ? ` Scope: ${scopes.join(' or ')}${share ? ', or the token of a share' : ''}.` : ''
  return {
    operationId: operation,
    summary,
    description: `${summary}${scopeText}`,
    security: needsToken ? [{ token: [] }] : [{}],
    ...(parameters.length > 0 && { parameters: parameters.map((parameter) => parameterOf(parameter)) }),
    ...(body !== undefined && {
      requestBody: { required: true, content: { [body.type]: schemaOf(body.schema) } },
    }),
    responses,
  }
}

function parameterOf({ name, about, schema, required = false, ...parameter }: Parameter): unknown {
  return { in: parameter.in, name, description: about, required, schema: inline(schema, 'output') }
}

function answerOf({ about, type, schema, headers = [] }: RouteAnswer): unknown {
  return {
    description: about,
    ...(headers.length > 0 && {
      headers: Object.fromEntries(headers.map((name) => [name, { schema: { type: 'string' } }])),
    }),
    ...(type !== undefined && { content: { [type]: schemaOf(schema) } }),
  }
}

function schemaOf(schema: z.ZodType | undefined): { schema?: unknown } {
  if (schema === undefined) return {}
  const name = names.get(schema)
  return { schema: name === undefined ? inline(schema, 'input') : { $ref: `#/components/schemas/${name}` } }
}

function inline(schema: z.ZodType, io: 'input' | 'output'): unknown {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' })
  return rest
}

function componentSchemas(): Record<string, unknown> {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of named) registry.add(schema, { id })
  const { schemas } = z.toJSONSchema(registry, {
    io: 'input',
    target: 'draft-2020-12',
    uri: (id) => `#/components/schemas/${id}`,
  })
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, { ...schema, $schema: undefined, $id: undefined }]),
  )
}
