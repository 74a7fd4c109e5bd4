import * as z from 'zod'

// What the hub and its clients say to each other over HTTP, once for all sides.

/** What an access token may allow. `admin` sees and removes what others own. */
export const hubScopes = [
  'sources:read',
  'sources:write',
  'shares:read',
  'shares:write',
  'dicomweb:read',
  'dicomweb:write',
  'admin',
] as const

/** One of `hubScopes`. */
export type HubScope = (typeof hubScopes)[number]

/** Milliseconds since the epoch, in answers and in requests. */
const time = z.int().nonnegative()
const path = z.string().min(1).max(4096)
const crc32 = z.string().regex(/^[0-9a-f]{8}$/u)
const contentType = z.string().regex(/^[ -~]{1,255}$/u)

/**
 * One stored object: what `PUT /v1/objects/{path}` answers. `digests.crc32` is of what the hub has written, never an
 * echo; a PUT with the header `Gantry-Crc32` is refused (`integrity`) where the bytes are not those.
 */
export const hubObjectSchema = z.object({
  path,
  size: z.int().nonnegative(),
  /** Opaque; the ETag without its quotes. */
  version: z.string().min(1),
  modified: time,
  digests: z.object({ crc32 }),
  contentType: z.string().optional(),
  /** When it goes unless a share or a lock has claimed it by then. */
  expires: time.optional(),
})
export type HubObject = z.infer<typeof hubObjectSchema>

/**
 * `GET /v1/objects?prefix=&after=&limit=`: what is at `prefix` or below it, by whole segments, in the order of the paths'
 * UTF-8 bytes; `next` is the next page's `after`.
 */
export const hubObjectsSchema = z.object({ objects: z.array(hubObjectSchema), next: z.string().optional() })
export type HubObjects = z.infer<typeof hubObjectsSchema>

const writing = {
  modified: time.optional(),
  contentType: contentType.optional(),
  ifAbsent: z.boolean().optional(),
  ifVersion: z.string().optional(),
}

/** `POST /v1/uploads`: the begin of an upload in parts. */
export const hubUploadRequestSchema = z.object({
  path,
  size: z.int().nonnegative().optional(),
  ...writing,
})
export type HubUploadRequest = z.infer<typeof hubUploadRequestSchema>

export const hubUploadSchema = z.object({ id: z.string().min(1), path, started: time })
export type HubUpload = z.infer<typeof hubUploadSchema>

/** `GET /v1/uploads?prefix=&after=`: unfinished ones of the caller. */
export const hubUploadsSchema = z.object({ uploads: z.array(hubUploadSchema), next: z.string().optional() })
export type HubUploads = z.infer<typeof hubUploadsSchema>

/** `PUT /v1/uploads/{id}/parts/{number}?offset=`: the body is the part. */
export const hubPartSchema = z.object({
  number: z.int().min(1).max(10_000),
  offset: z.int().nonnegative(),
  size: z.int().nonnegative(),
  tag: z.string().min(1),
  digests: z.object({ crc32 }),
})
export type HubPart = z.infer<typeof hubPartSchema>

/** `GET /v1/uploads/{id}/parts`: by number. */
export const hubPartsSchema = z.object({ parts: z.array(hubPartSchema) })
export type HubParts = z.infer<typeof hubPartsSchema>

/** `POST /v1/uploads/{id}/complete`; asked again after a lost answer, it answers the same. */
export const hubCompleteRequestSchema = z.object({
  parts: z.array(z.object({ number: z.int().min(1), tag: z.string().min(1) })).max(10_000),
  ...writing,
})
export type HubCompleteRequest = z.infer<typeof hubCompleteRequestSchema>

/** `POST /v1/locks` and `DELETE /v1/locks`: claims objects for good, or gives them up again. */
export const hubLockRequestSchema = z.object({ paths: z.array(path).min(1).max(10_000) })
export type HubLockRequest = z.infer<typeof hubLockRequestSchema>

/** A small age file in base64 that holds the share's identity; only of shares with a passphrase. */
const keyLock = z.base64().max(4096)

/** `POST /v1/shares`. All objects, the metadata's among them, must be there and the caller's own. */
export const hubShareRequestSchema = z.object({
  /** 128 random bits in base64url, chosen by the client: asked again after a lost answer, it answers the same. */
  id: z.string().regex(/^[A-Za-z0-9_-]{22}$/u),
  /** Path of the object that holds the encrypted metadata. */
  metadata: path,
  /** Everything else that the share's token may read. */
  objects: z.array(path).max(1_000_000),
  keyLock: keyLock.optional(),
  /** Seconds; 100 years at most. */
  expiresIn: z.int().positive().max(3_155_760_000).optional(),
  maxOpens: z.int().positive().optional(),
  /** Opening needs an access token with `shares:read` as well. */
  tokenRequired: z.boolean().optional(),
})
export type HubShareRequest = z.infer<typeof hubShareRequestSchema>

/** A share as its owner sees it: `GET /v1/shares/{id}`; `DELETE` ends it, and answers it too, also when asked again. */
export const hubShareSchema = z.object({
  id: z.string(),
  /** The account that made it; told to `admin` alone. */
  owner: z.string().optional(),
  created: time,
  expires: time.optional(),
  maxOpens: z.int().positive().optional(),
  opens: z.int().nonnegative(),
  revoked: time.optional(),
  tokenRequired: z.boolean(),
  passphrase: z.boolean(),
  objects: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
})
export type HubShare = z.infer<typeof hubShareSchema>

/** `GET /v1/shares?after=&limit=`: the caller's, for `admin` everybody's, newest first. */
export const hubSharesSchema = z.object({ shares: z.array(hubShareSchema), next: z.string().optional() })
export type HubShares = z.infer<typeof hubSharesSchema>

/** `POST /v1/shares/{id}/open`: counts as one open. */
export const hubOpenedShareSchema = z.object({
  metadata: hubObjectSchema,
  keyLock: keyLock.optional(),
  /** Reads the share's objects and nothing else; renewed by opening again. */
  token: z.string(),
  /** Of the token. */
  expires: time,
})
export type HubOpenedShare = z.infer<typeof hubOpenedShareSchema>

/** `GET /v1/shares/{id}/audit`: oldest first. `by` is an account, `undefined` for who opened without a token. */
export const hubAuditSchema = z.object({
  events: z.array(
    z.object({
      at: time,
      event: z.enum(['created', 'opened', 'refused', 'revoked', 'expired']),
      by: z.string().optional(),
      reason: z.string().optional(),
    }),
  ),
})
export type HubAudit = z.infer<typeof hubAuditSchema>

/** `POST /token` (RFC 6749 5.1, RFC 7523). */
export const hubTokenSchema = z.object({
  access_token: z.string().min(1),
  token_type: z.string(),
  expires_in: z.number().positive(),
  scope: z.string().optional(),
})
export type HubToken = z.infer<typeof hubTokenSchema>

/** What `gantry hub account create` writes, 0600, once: the private key of a service account. */
export const hubKeyFileSchema = z.object({
  type: z.literal('gantry-service-account'),
  /** Of the hub, e.g. `https://hub.example.org`; the token endpoint is `<hub>/token`. */
  hub: z.url(),
  account: z.string().min(1),
  /** A private JWK (RFC 7517) with `kid` and `alg`. */
  key: z.looseObject({ kid: z.string().min(1), alg: z.enum(['EdDSA', 'ES256', 'RS256']) }),
})
export type HubKeyFile = z.infer<typeof hubKeyFileSchema>

/** Every refusal but the token endpoint's, in the style of google.rpc.Status. */
export const hubErrorSchema = z.object({
  error: z.object({
    code: z.int(),
    status: z.string(),
    message: z.string(),
    details: z.array(z.looseObject({ reason: z.string().optional() })).optional(),
  }),
})
export type HubError = z.infer<typeof hubErrorSchema>
