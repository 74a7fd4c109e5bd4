import type { NewEntry } from '@gantry/core/driver'

import { base64OfHex } from '../bytes/crc32c.ts'
import type { Settings } from '../options.ts'

/** Times as rclone and as Google's own tools keep them. */
const mtime = 'mtime'
const posixMtime = 'goog-reserved-file-mtime'

export const octets = 'application/octet-stream'

/** Custom metadata of a new object: its time, and a digest for other tools, which nobody has checked. */
export function customMetadata({ modified, digests }: NewEntry): Record<string, string> {
  const sha256 = digests?.sha256
  return {
    ...(modified !== undefined && {
      [mtime]: new Date(Math.round(modified)).toISOString(),
      [posixMtime]: String(Math.floor(modified / 1000)),
    }),
    ...(sha256 !== undefined && { sha256 }),
  }
}

/** The time that was given when the object was written, whoever wrote it. */
export function readModified(of: (name: string) => string | undefined): number | undefined {
  const time = Date.parse(of(mtime) ?? '')
  if (!Number.isNaN(time)) return time
  const seconds = of(posixMtime)
  return seconds !== undefined && /^-?\d{1,12}$/u.test(seconds) ? Number(seconds) * 1000 : undefined
}

/** A new object as the JSON API takes it. */
export function newResource(entry: NewEntry, { prefix, storageClass, retention }: Settings) {
  const { path, contentType = octets, contentEncoding, digests, retainUntil, tier = storageClass } = entry
  return {
    name: prefix + path,
    contentType,
    ...(contentEncoding !== undefined && { contentEncoding }),
    ...(tier !== undefined && { storageClass: tier }),
    ...(digests?.crc32c !== undefined && { crc32c: base64OfHex(digests.crc32c) }),
    ...(digests?.md5 !== undefined && { md5Hash: base64OfHex(digests.md5) }),
    ...(retainUntil !== undefined && { retention: retentionResource(retainUntil, retention) }),
    metadata: customMetadata(entry),
  }
}

export function retentionResource(until: number, mode: Settings['retention']) {
  return { mode: mode === 'locked' ? 'Locked' : 'Unlocked', retainUntilTime: new Date(until).toISOString() }
}
