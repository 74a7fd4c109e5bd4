import * as z from 'zod'

import type { Store } from '../store/store.ts'
import type { Signal } from '../store/signal.ts'

/*
 * What a hub and its clients say to each other of what is archived, and what the hub asks of whoever archives for it: the
 * hub knows neither catalogue nor storage.
 */

const time = z.int().nonnegative()
const count = z.int().nonnegative()

/** Name of a session, as in `/v1/archive/sessions/{id}`. */
export const hubArchiveIdSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/u)

/** `POST /v1/archive/sessions/{id}`: which of the caller's objects; whole segments, and not all of them. */
export const hubArchiveRequestSchema = z.object({ prefix: z.string().min(1).max(4096) })
export type HubArchiveRequest = z.infer<typeof hubArchiveRequestSchema>

/** A session of the caller, and how much of it is archived. */
export const hubArchiveSessionSchema = z.object({
  id: z.string(),
  created: time,
  /** Since when its objects are deleted from the hub; they can be restored. */
  deleted: time.optional(),
  entries: count,
  bytes: count,
})
export type HubArchiveSession = z.infer<typeof hubArchiveSessionSchema>

/** `GET /v1/archive/sessions?after=&limit=`: by id. */
export const hubArchiveSessionsSchema = z.object({
  sessions: z.array(hubArchiveSessionSchema),
  next: z.string().optional(),
})
export type HubArchiveSessions = z.infer<typeof hubArchiveSessionsSchema>

/** What is known of an object that was archived. */
export const hubArchiveReceiptSchema = z.object({
  /** As it was in the hub. */
  path: z.string(),
  bytes: count,
  sha256: z.string(),
  at: time,
  /** CID of the bytes, and of the unit that they were packed into, where the storage has such names. */
  cid: z.string().optional(),
  root: z.string().optional(),
  tier: z.string().optional(),
  retainUntil: time.optional(),
  /** Since when the archive does not have it any more. */
  removed: time.optional(),
})
export type HubArchiveReceipt = z.infer<typeof hubArchiveReceiptSchema>

/** `GET /v1/archive/sessions/{id}/receipts?after=&limit=`; `next` is opaque. */
export const hubArchiveReceiptsSchema = z.object({
  receipts: z.array(hubArchiveReceiptSchema),
  next: z.int().positive().optional(),
})
export type HubArchiveReceipts = z.infer<typeof hubArchiveReceiptsSchema>

/** `POST /v1/archive/sessions/{id}/restore`: what came back, what was there, and what the archive does not have. */
export const hubArchiveRestoredSchema = z.object({ restored: count, there: count, failed: count, lost: count })
export type HubArchiveRestored = z.infer<typeof hubArchiveRestoredSchema>

/** A session of somebody: nobody else sees it. */
export interface HubArchiveCall {
  readonly owner: string
  readonly session: string
  readonly signal: Signal
}

/** Who archives for a hub; `@gantry/catalogue` has one. Errors are `GantryError`s: `not_found` for unknown sessions. */
export interface HubArchive {
  /** Archives what is at `prefix` of the owner's objects. Asked again, it sends what is new. */
  store(call: HubArchiveCall & { readonly objects: Store; readonly prefix: string }): Promise<HubArchiveSession>
  sessions(call: {
    readonly owner: string
    readonly after?: string
    readonly limit: number
  }): Promise<HubArchiveSession[]>
  session(call: HubArchiveCall): Promise<HubArchiveSession>
  receipts(call: HubArchiveCall & { readonly after?: number; readonly limit: number }): Promise<HubArchiveReceipts>
  /** Puts back what is missing or deleted, byte by byte what was archived. */
  restore(call: HubArchiveCall & { readonly objects: Store }): Promise<HubArchiveRestored>
  /** Removes from `objects` what is archived, and nothing that has other bytes; the receipts stay. */
  delete(call: HubArchiveCall & { readonly objects: Store }): Promise<HubArchiveSession>
}
