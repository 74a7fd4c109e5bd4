import type { SizedEntry } from '@gantry/core/driver'

import type { UnitEntry } from '../manifest/unit-record.ts'

/**
 * What the store tells of an entry. Its version is its place below the root of its unit, `<root>/<folder>/<file>`, which
 * names these very bytes: a receipt that keeps the version says where they are on any gateway.
 */
export function entryOf(
  root: string,
  { path, size, sha256, place, modified, contentType, image }: UnitEntry,
): SizedEntry {
  return {
    path,
    size,
    digests: { sha256 },
    version: `${root}/${place}`,
    ...(modified !== undefined && { modified }),
    ...(contentType !== undefined && { contentType }),
    ...(image !== undefined && { image: imageOf(image) }),
  }
}

function imageOf({ transferSyntaxUID, numberOfFrames, ...image }: NonNullable<UnitEntry['image']>) {
  return {
    ...image,
    ...(transferSyntaxUID !== undefined && { transferSyntaxUID }),
    ...(numberOfFrames !== undefined && { numberOfFrames }),
  }
}
