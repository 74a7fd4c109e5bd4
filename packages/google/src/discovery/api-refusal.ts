import { errorOfHttpRefusal, GantryError, type HttpRefusalAnswer } from '@gantry/core/driver'
import * as z from 'zod'

import { MissingPermission, type Needed } from './missing-permission.ts'

const detail = z.looseObject({
  reason: z.string().optional().catch(undefined),
  metadata: z.record(z.string(), z.string()).optional().catch(undefined),
})
const failure = z.looseObject({
  error: z.looseObject({
    code: z.number(),
    status: z.string(),
    message: z.string(),
    details: z.array(detail).optional(),
  }),
})
/** google.rpc.Status, alone or as a list of one. */
const body = z.union([failure, z.tuple([failure]).transform(([one]) => one)])

/** What a refusal of one of Google's APIs stands for: names the permission that is missing, and the role that has it. */
export function errorOfApiRefusal(answer: HttpRefusalAnswer, needed: Needed): GantryError {
  const error = readBody(answer.body)?.error
  const told = error === undefined ? undefined : JSON.stringify({ error })
  const general = errorOfHttpRefusal({ ...answer, body: told })
  const { code, retryAfter, cause } = general
  const said = (message: string, why: unknown = cause) =>
    new GantryError(code, message, { cause: why, ...(retryAfter !== undefined && { retryAfter }) })
  if (code === 'unauthenticated') return said('Google did not accept the access token: sign in again.')
  if (code === 'not_found') return said('There is no such project, location or dataset: check how it is written.')
  if (code !== 'permission_denied') return general
  const reasons = new Set(error?.details?.map(({ reason }) => reason))
  if (reasons.has('SERVICE_DISABLED')) {
    return said('The API is not enabled in this project: gcloud services enable healthcare.googleapis.com')
  }
  if (isScopeRefusal(answer.body)) {
    return said('The access token was given for less than this: sign in again, with the scope that it needs.')
  }
  const named = error?.details?.map(({ metadata }) => metadata?.['permission']).find((name) => isPermission(name))
  const missing = new MissingPermission(named === undefined ? needed : { ...needed, permission: named })
  return said(
    `You may not do this here, or there is no such place: it needs ${missing.permission}, which ${missing.role} has.`,
    missing,
  )
}

/** The token itself is too narrow, whatever its owner may do. */
export function isScopeRefusal(text: string | undefined): boolean {
  const details = readBody(text)?.error.details ?? []
  return details.some(({ reason }) => reason === 'ACCESS_TOKEN_SCOPE_INSUFFICIENT')
}

/** It becomes part of a message: nothing but what a permission looks like. */
function isPermission(name: string | undefined): name is string {
  return name !== undefined && /^[a-z]{1,40}(?:\.[A-Za-z]{1,60}){1,4}$/u.test(name)
}

function readBody(text: string | undefined) {
  try {
    return body.safeParse(JSON.parse(text ?? '')).data
  } catch {
    return undefined
  }
}
