import type { SizedEntry } from '@gantry/core/driver'
import type { HubObject } from '@gantry/core/hub'
import type { Answer } from '@gantry/http'

import { notOfAHub } from '../read-json.ts'

/** The entry that the hub tells of in JSON; `path` is the one below the prefix. */
export function entryOfObject(path: string, object: HubObject): SizedEntry {
  const { size, version, modified, digests, contentType } = object
  return { path, size, version, modified, digests, ...(contentType === undefined ? {} : { contentType }) }
}

/** The entry that the headers of an answer to HEAD or GET tell of. */
export function entryOfHeaders(path: string, size: number, answer: Answer): SizedEntry {
  const header = (name: string) => answer.header(name)
  const version = /^(?:W\/)?"(.+)"$/u.exec(header('etag') ?? '')?.[1]
  // Every hub tells one; without it nothing would keep two versions apart.
  if (version === undefined) throw notOfAHub()
  const modified = header('gantry-modified')
  const crc32 = header('gantry-crc32')
  const contentType = header('content-type')
  return {
    path,
    size,
    version,
    ...(modified !== undefined && /^\d{1,16}$/u.test(modified) ? { modified: Number(modified) } : {}),
    ...(crc32 !== undefined && /^[0-9a-f]{8}$/u.test(crc32) ? { digests: { crc32 } } : {}),
    ...(contentType === undefined ? {} : { contentType }),
  }
}

/** What `Content-Length` says. */
export function lengthOf(answer: Answer): number {
  const length = answer.header('content-length')
  if (length === undefined || !/^\d{1,16}$/u.test(length)) throw notOfAHub()
  return Number(length)
}
