import { createHash } from 'node:crypto'

import { combineCrcs, type Entry, GantryError, isLinear, type StoredPart } from '@gantry/core/driver'

import { base64Of, type Checksum, checksumOf, headerOf } from '../checksum/algorithm.ts'
import { entryOf, type Headers, unquote, versionOf } from '../object/entry-of.ts'

/** What S3 should keep once the parts are one object. */
export interface Expectation {
  readonly size: number
  /** ETag of an object in parts: MD5 of the parts' MD5s. Undefined where the parts' ETags are none. */
  readonly version: string | undefined
  readonly checksum: Checksum | undefined
  /** Checksum of the whole, where it follows from those of the parts. */
  readonly whole: string | undefined
  /** Checksums of the parts' checksums, as S3 and others write them. */
  readonly composites: readonly string[]
}

export function expectationOf(parts: readonly StoredPart[], checksum: Checksum | undefined): Expectation {
  const size = parts.reduce((sum, part) => sum + part.size, 0)
  const expectation = { size, version: versionOfParts(parts), checksum, whole: undefined, composites: [] }
  if (checksum === undefined) return expectation
  const hexes = parts.map((part) => part.digests?.[checksum])
  if (!hexes.every((hex) => hex !== undefined)) return expectation
  const bytes = Buffer.concat(hexes.map((hex) => Buffer.from(hex, 'hex')))
  return {
    ...expectation,
    composites: [
      `${base64Of(checksumOf(checksum, bytes))}-${parts.length}`,
      // RGW writes the checksum of the one part as if it were one of many.
      ...(parts.length === 1 ? [`${base64Of(hexes[0] ?? '')}-1`] : []),
    ],
    whole: isLinear(checksum)
      ? combineCrcs(
          checksum,
          parts.map((part, index) => ({ hex: hexes[index] ?? '', size: part.size })),
        )
      : undefined,
  }
}

/**
 * Whether the object that an answer to HEAD tells of is the one that was expected. A checksum of checksums, once
 * compared, vouches for the checksum of the whole too. Where no checksum is told, another ETag than that of parts
 * proves nothing, because encryption changes it.
 */
export function matched(
  path: string,
  headers: Headers,
  size: number,
  expected: Expectation,
): { readonly verdict: 'same' | 'different' | 'unknown'; readonly entry: Entry } {
  const entry = entryOf(path, size, headers)
  if (size !== expected.size) return { verdict: 'different', entry }
  const { checksum, whole, composites } = expected
  const told = checksum === undefined ? undefined : headers.get(headerOf(checksum))
  if (checksum !== undefined && composites.length > 0 && told !== undefined) {
    const composite = composites.includes(told)
    if (composite && whole !== undefined) {
      return { verdict: 'same', entry: { ...entry, digests: { ...entry.digests, [checksum]: whole } } }
    }
    const same = composite || (whole !== undefined && told === base64Of(whole))
    return { verdict: same ? 'same' : 'different', entry }
  }
  const same = expected.version !== undefined && versionOf(headers) === expected.version
  return { verdict: same ? 'same' : 'unknown', entry }
}

function versionOfParts(parts: readonly StoredPart[]): string | undefined {
  const hash = createHash('md5')
  for (const { tag } of parts) {
    const md5 = unquote(tag) ?? ''
    if (!/^[0-9a-f]{32}$/u.test(md5)) return undefined
    hash.update(Buffer.from(md5, 'hex'))
  }
  return `${hash.digest('hex')}-${parts.length}`
}

export function corrupted(): GantryError {
  return new GantryError(
    'integrity',
    'The service put the parts together to something else than was sent, by what it says. Where it does so each time, it may reckon their checksums otherwise: the option checksum "md5" does without.',
  )
}
