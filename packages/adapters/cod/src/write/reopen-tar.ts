import type { Call, Entry, NewParcel } from '@gantry/core/driver'

import type { Cod } from '../cod-parts.ts'
import type { SavedParcel } from './saved-parcel.ts'
import type { SentParts } from './tar-sink.ts'
import { TarUpload } from './tar-upload.ts'

export interface Reopened {
  /** What of the saved state still holds. */
  readonly state: Partial<SavedParcel>
  readonly sink: TarUpload | undefined
}

const nothing: Reopened = { state: {}, sink: undefined }

/** Goes on where an earlier process was, if store and series are still as they were; else from the start. */
export async function reopenTar(
  cod: Cod,
  saved: SavedParcel,
  tar: Entry | undefined,
  parcel: NewParcel,
  call: Call,
): Promise<Reopened> {
  const { sent, rows, added, base, publishing, published } = saved
  const { uploads } = cod.store
  if (published !== undefined) {
    const same = tar?.size === published.size && (tar.version ?? null) === published.version
    return same ? { state: { rows, added, published }, sink: undefined } : nothing
  }
  // Longer than what it was made from: at its place, under our lock, it is the one.
  if (publishing !== undefined && tar?.size === publishing.size) {
    const { size, ...all } = publishing
    return { state: { ...all, published: { version: tar.version ?? null, size } }, sink: undefined }
  }
  if (sent === undefined || uploads === undefined) return nothing
  if ((base ?? null) === (tar?.version ?? null)) {
    const options = {
      uploads,
      crc32c: cod.crc32c,
      partSize: cod.settings.tarPartSize,
      expected: expectedSize(tar, parcel),
    }
    const sink = await TarUpload.reopen(options, sent as SentParts, call).catch(() => undefined)
    if (sink !== undefined) return { state: { sent, rows, added, base }, sink }
  }
  await uploads.abort(sent.upload, call)
  return nothing
}

/** Bytes that the tar will have, as far as is known: headers and padding included. */
export function expectedSize(tar: Entry | undefined, { entries }: NewParcel): number {
  return entries.reduce((sum, { size = 0 }) => sum + size + 2048, tar?.size ?? 0)
}
