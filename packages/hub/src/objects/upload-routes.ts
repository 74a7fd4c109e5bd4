import { withoutUndefined } from '@gantry/core/driver'
import {
  hubCompleteRequestSchema,
  hubObjectSchema,
  hubPartSchema,
  hubPartsSchema,
  hubUploadRequestSchema,
  hubUploadSchema,
  hubUploadsSchema,
} from '@gantry/core/hub'
import * as z from 'zod'

import { json, nothing } from '../http/answer.ts'
import { parse } from '../http/exchange.ts'
import type { Parameter, Route } from '../http/route.ts'
import type { HubSetup } from '../options.ts'
import { pageParameters } from './object-routes.ts'
import type { Uploads } from './uploads.ts'

const number = z.coerce.number().int().min(1).max(10_000)
const offset = z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER)
const listQuery = z.object({
  prefix: z.string().max(4096).optional(),
  after: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(1000).optional(),
})
const scopes = ['sources:write'] as const
const id: Parameter = { in: 'path', name: 'id', about: 'Of the upload.', schema: z.string(), required: true }

function beginUpload(uploads: Uploads, { limits }: HubSetup): Route {
  return {
    method: 'post',
    path: '/v1/uploads',
    operation: 'beginUpload',
    summary: 'Begins an upload in parts; it goes after a day in which nobody goes on with it.',
    scopes,
    body: { type: 'application/json', schema: hubUploadRequestSchema },
    answers: { 201: { about: 'Its id.', type: 'application/json', schema: hubUploadSchema } },
    refusals: [409, 412, 413],
    async handle(exchange) {
      const request = await exchange.json(hubUploadRequestSchema, limits.jsonBytes)
      return json(await uploads.begin(request, exchange.account), 201)
    },
  }
}

function listUploads(uploads: Uploads): Route {
  return {
    method: 'get',
    path: '/v1/uploads',
    operation: 'listUploads',
    summary: 'Unfinished uploads of the caller.',
    scopes,
    parameters: pageParameters,
    answers: { 200: { about: 'A page of them.', type: 'application/json', schema: hubUploadsSchema } },
    async handle(exchange) {
      return json(await uploads.list(withoutUndefined(exchange.query(listQuery)), exchange.account))
    },
  }
}

function putPart(uploads: Uploads): Route {
  return {
    method: 'put',
    path: '/v1/uploads/{id}/parts/{number}',
    operation: 'putPart',
    summary: 'Puts a part, or puts it again.',
    scopes,
    parameters: [
      id,
      { in: 'path', name: 'number', about: 'Of the part, from 1.', schema: number, required: true },
      { in: 'query', name: 'offset', about: 'Of its first byte in the whole.', schema: offset, required: true },
    ],
    body: { type: 'application/octet-stream' },
    answers: { 200: { about: 'What is kept.', type: 'application/json', schema: hubPartSchema } },
    refusals: [404, 413, 422, 507],
    async handle(exchange) {
      const { account, params, signal } = exchange
      const part = {
        number: parse(number, params['number']),
        offset: exchange.query(z.object({ offset })).offset,
        size: exchange.length,
      }
      return json(await uploads.putPart(params['id'] ?? '', part, exchange.body(), account, { signal }))
    },
  }
}

function listParts(uploads: Uploads): Route {
  return {
    method: 'get',
    path: '/v1/uploads/{id}/parts',
    operation: 'listParts',
    summary: 'The parts that were put, by number.',
    scopes,
    parameters: [id],
    answers: { 200: { about: 'All of them.', type: 'application/json', schema: hubPartsSchema } },
    refusals: [404],
    async handle({ params, account }) {
      return json(await uploads.listParts(params['id'] ?? '', account))
    },
  }
}

function completeUpload(uploads: Uploads, { limits }: HubSetup): Route {
  return {
    method: 'post',
    path: '/v1/uploads/{id}/complete',
    operation: 'completeUpload',
    summary: 'Publishes the whole at once; asked again after a lost answer, it answers the same.',
    scopes,
    parameters: [id],
    body: { type: 'application/json', schema: hubCompleteRequestSchema },
    answers: { 200: { about: 'What is kept.', type: 'application/json', schema: hubObjectSchema } },
    refusals: [404, 409, 412, 413, 422, 507],
    async handle(exchange) {
      const request = await exchange.json(hubCompleteRequestSchema, limits.jsonBytes)
      return json(await uploads.complete(exchange.params['id'] ?? '', request, exchange.account))
    },
  }
}

function abortUpload(uploads: Uploads): Route {
  return {
    method: 'delete',
    path: '/v1/uploads/{id}',
    operation: 'abortUpload',
    summary: 'Gives an upload up; succeeds also when there is none.',
    scopes,
    parameters: [id],
    answers: { 204: { about: 'It is gone.' } },
    async handle({ params, account }) {
      await uploads.abort(params['id'] ?? '', account)
      return nothing()
    },
  }
}

/** Uploads in parts. */
export function uploadRoutes(uploads: Uploads, parts: HubSetup): readonly Route[] {
  return [
    beginUpload(uploads, parts),
    listUploads(uploads),
    putPart(uploads),
    listParts(uploads),
    completeUpload(uploads, parts),
    abortUpload(uploads),
  ]
}
