import type { HubScope } from '@gantry/core/hub'
import type { z } from 'zod'

import type { Exchange } from './exchange.ts'

export interface Parameter {
  readonly in: 'path' | 'query' | 'header'
  readonly name: string
  readonly about: string
  readonly schema: z.ZodType
  readonly required?: boolean
}

export interface RouteBody {
  readonly type: 'application/json' | 'application/octet-stream' | 'application/x-www-form-urlencoded'
  readonly schema?: z.ZodType
}

export interface RouteAnswer {
  readonly about: string
  /** Default: none. */
  readonly type?: string
  readonly schema?: z.ZodType
  readonly headers?: readonly string[]
}

/** One request that the hub answers: it is served by this, and documented by this. */
export interface Route {
  readonly method: 'get' | 'head' | 'put' | 'post' | 'delete'
  /** As OpenAPI writes it; `{path}` is the rest of the URL's path, slashes included. */
  readonly path: string
  readonly operation: string
  readonly summary: string
  /** Scopes, of which the token must have one; none: no token is needed. */
  readonly scopes: readonly HubScope[]
  /** Whether the token of a share will do. */
  readonly share?: boolean
  readonly parameters?: readonly Parameter[]
  readonly body?: RouteBody
  readonly answers: Readonly<Record<number, RouteAnswer>>
  /** Statuses of refusals, besides those that every route may answer. */
  readonly refusals?: readonly number[]
  handle(exchange: Exchange): Promise<Response>
}
