import type { DigestAlgorithm, Digests, SizedEntry } from '@gantry/core/driver'
import { notOf } from '@gantry/http'

import { headerOf, hexOf, writableChecksums } from '../checksum/algorithm.ts'

export type Headers = { get(name: string): string | undefined }

/** Time of last change that was given when the object was written; seconds since the epoch, as rclone writes it. */
export const modifiedHeader = 'x-amz-meta-mtime'

/** The entry that the headers of an answer to HEAD or GET tell of. */
export function entryOf(path: string, size: number, headers: Headers): SizedEntry {
  const modified = readModified(headers.get(modifiedHeader)) ?? timeOf(headers.get('last-modified'))
  const version = toldVersion(headers)
  const contentType = headers.get('content-type')
  const contentEncoding = encodingOf(headers)
  const digests = digestsOf(headers)
  return {
    path,
    size,
    // S3 leaves it out for its default.
    tier: headers.get('x-amz-storage-class') ?? 'STANDARD',
    ...(digests === undefined ? {} : { digests }),
    ...(modified === undefined ? {} : { modified }),
    version,
    ...(contentType === undefined ? {} : { contentType }),
    ...(contentEncoding === undefined ? {} : { contentEncoding }),
  }
}

/** Every S3 tells an ETag. What does not is a page to sign in at, or another server, which has and keeps nothing. */
export function toldVersion(headers: Headers): string {
  const version = versionOf(headers)
  if (version === undefined) throw notOf('a service that speaks S3')
  return version
}

/** That of the object: some services keep, too, how the request was framed. */
function encodingOf(headers: Headers): string | undefined {
  const names = (headers.get('content-encoding') ?? '').split(',').map((name) => name.trim())
  return names.filter((name) => name !== '' && name !== 'aws-chunked').join(', ') || undefined
}

/** The ETag without its quotation marks. */
export function versionOf(headers: Headers): string | undefined {
  return unquote(headers.get('etag'))
}

/** Old services tell an empty one when they complete an upload. */
export function unquote(etag: string | undefined): string | undefined {
  const version = etag?.replace(/^"(.*)"$/u, '$1')
  return version === '' ? undefined : version
}

export function quote(version: string): string {
  return version.startsWith('W/') || version.startsWith('"') ? version : `"${version}"`
}

/**
 * What the service says of the bytes that it keeps. A checksum of the parts' checksums is left out, because it is none
 * of the bytes; so is what users wrote into the metadata, because nobody checked it.
 */
export function digestsOf(headers: Headers): Digests | undefined {
  const digests: { [Algorithm in DigestAlgorithm]?: string } = {}
  if (headers.get('x-amz-checksum-type') !== 'COMPOSITE') {
    for (const checksum of writableChecksums) {
      const hex = hexOf(headers.get(headerOf(checksum)))
      if (hex !== undefined) digests[checksum] = hex
    }
  }
  const md5 = md5Of(headers)
  if (md5 !== undefined) digests.md5 = md5
  return Object.keys(digests).length === 0 ? undefined : digests
}

/** The ETag is an MD5 unless the object was written in parts, or is encrypted with keys that S3 does not own. */
function md5Of(headers: Headers): string | undefined {
  const encryption = headers.get('x-amz-server-side-encryption') ?? 'AES256'
  if (encryption !== 'AES256' || headers.get('x-amz-server-side-encryption-customer-algorithm') !== undefined)
    return undefined
  const etag = versionOf(headers)
  return etag !== undefined && /^[0-9a-f]{32}$/u.test(etag) ? etag : undefined
}

export function writeModified(modified: number): string {
  const milliseconds = Math.round(modified)
  const seconds = Math.floor(milliseconds / 1000)
  return `${seconds}.${String(milliseconds - seconds * 1000).padStart(3, '0')}`
}

function readModified(text: string | undefined): number | undefined {
  const match = /^(-?\d{1,12})(?:\.(\d{1,9}))?$/u.exec(text ?? '')
  if (match === null) return undefined
  const fraction = (match[2] ?? '').padEnd(4, '0')
  const milliseconds = Number(fraction.slice(0, 3)) + (Number(fraction[3]) >= 5 ? 1 : 0)
  return Number(match[1]) * 1000 + milliseconds
}

function timeOf(date: string | undefined): number | undefined {
  const time = Date.parse(date ?? '')
  return Number.isNaN(time) ? undefined : time
}
