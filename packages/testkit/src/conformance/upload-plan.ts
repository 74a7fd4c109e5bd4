import assert from 'node:assert/strict'

import type { StoreUploads } from '@gantry/core'
import type { NewEntry, Part, StoredPart, Upload } from '@gantry/core/driver'

import type { Bench } from './bench.ts'
import { borrowedBody, contentOf } from './bodies.ts'

const leastPart = 256 * 1024

/** A content and the parts it is to be sent in: as small as the store allows, the last smaller. */
export interface UploadPlan {
  readonly content: Uint8Array
  readonly parts: readonly Part[]
  readonly entry: NewEntry & { readonly size: number }
}

export function uploadsOf(store: { readonly uploads: StoreUploads | undefined }): StoreUploads {
  assert.ok(store.uploads !== undefined, 'the ability resumable is declared')
  return store.uploads
}

export function planUpload(bench: Bench, count: number, path = 'upload/entry', seed = 1): UploadPlan {
  const { minPartSize, maxPartSize } = uploadsOf(bench.store).ability
  const partSize = Math.min(Math.max(minPartSize, leastPart), maxPartSize)
  const content = contentOf(seed, (count - 1) * partSize + Math.ceil(partSize / 3))
  const parts = Array.from({ length: count }, (_, index): Part => {
    const offset = index * partSize
    return { number: index + 1, offset, size: Math.min(partSize, content.length - offset) }
  })
  return { content, parts, entry: { path, size: content.length } }
}

export async function putPart(
  uploads: StoreUploads,
  upload: Upload,
  part: Part,
  content: Uint8Array,
): Promise<StoredPart> {
  return await uploads.putPart(upload, part, borrowedBody(content.subarray(part.offset, part.offset + part.size)))
}

/** Puts parts side by side, last first, where the store can take them so. */
export async function putParts(
  uploads: StoreUploads,
  upload: Upload,
  parts: readonly Part[],
  content: Uint8Array,
): Promise<StoredPart[]> {
  if (uploads.ability.parallel) {
    const put = await Promise.all(parts.toReversed().map((part) => putPart(uploads, upload, part, content)))
    return put.toReversed()
  }
  const put: StoredPart[] = []
  for (const part of parts) put.push(await putPart(uploads, upload, part, content))
  return put
}

/** Number, offset and size, without what only the store understands. */
export function outline(parts: readonly Part[]): Part[] {
  return parts.map(({ number, offset, size }) => ({ number, offset, size }))
}
