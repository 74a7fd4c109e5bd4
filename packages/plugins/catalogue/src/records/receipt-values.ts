import type { SqlValue } from '@gantry/sqlite'

import { bytesOfSha256 } from '../database/hex.ts'
import type { NewReceipt } from './receipt.ts'

/** Columns of what is known of bytes, and their values in this order. */
export const instanceColumns = 'sha256, size, series, uid, sop_class, transfer_syntax, frames'

export function instanceValues({ image, sha256, bytes }: NewReceipt, series: number | null): SqlValue[] {
  const { sopInstanceUID = null, sopClassUID = null, transferSyntaxUID = null, numberOfFrames = null } = image ?? {}
  return [bytesOfSha256(sha256), bytes, series, sopInstanceUID, sopClassUID, transferSyntaxUID, numberOfFrames]
}

/** Columns of where bytes lie, and their values in this order. */
export const receiptColumns =
  'instance, location, path, unit, cid, version, told, modified, tier, retain_until, at, verified'

export interface ReceiptParents {
  readonly location: number
  readonly instance: number | null
  readonly unit: number | null
}

export function receiptValues({ instance, location, unit }: ReceiptParents, receipt: NewReceipt): SqlValue[] {
  const { path, cid, version, told, modified, tier, retainUntil, at, verified } = receipt
  return [
    instance,
    location,
    path,
    unit,
    cid ?? null,
    version ?? null,
    told === undefined ? null : JSON.stringify(told),
    modified ?? null,
    tier ?? null,
    retainUntil ?? null,
    Math.round(at),
    verified ? 1 : 0,
  ]
}
