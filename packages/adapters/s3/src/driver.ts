import { type Abilities, type Call, GantryError, isLinear, type StoreDriver, utf8Length } from '@gantry/core/driver'
import { serviceLocation } from '@gantry/http'

import { codeOf, retryAfterOf } from './error-codes.ts'
import { list } from './list/list.ts'
import { read } from './object/read.ts'
import { stat } from './object/stat.ts'
import { write } from './object/write.ts'
import type { Settings } from './options.ts'
import { refuseWithoutLock, retainedUntil, retentionOf } from './retention.ts'
import { retrying } from './service/retrying.ts'
import { Service } from './service/service.ts'
import { awsStorageClasses, tierAbility, tiersOf } from './tiers.ts'
import { mostParts, Uploads } from './upload/uploads.ts'

/** S3's limit, in UTF-8 bytes. */
const longestKey = 1024
/** S3's limit for signed URLs: a week. */
const longestSigned = 7 * 24 * 60 * 60
const mebibyte = 1024 * 1024

export function openDriver(settings: Settings): StoreDriver {
  const service = new Service(settings)
  const uploads = new Uploads(service)
  const tiers = settings.storageClasses ?? (settings.endpoint === undefined ? awsStorageClasses : [])
  const retains = settings.retention !== undefined
  return {
    contract: 1,
    scheme: 's3',
    url: `s3://${settings.bucket}/${settings.prefix}`,
    // Asked for anew each time: that a service has no checksums, or no uploads in parts, shows at the first write.
    get abilities() {
      return abilitiesOf(service, tiers)
    },
    list: (selection, call) => list(service, selection, call),
    stat: async (path, call) => await stat(service, path, call),
    read: async (ref, range, call) => await read(service, ref, range, call),
    async write(entry, body, call) {
      if (entry.retainUntil !== undefined) await refuseWithoutLock(service, call)
      return await write(service, uploads, entry, body, call)
    },
    remove: async (path, call) => await remove(service, path, call),
    location: () => serviceLocation(originOf(settings.endpoint), `${settings.bucket}/${settings.prefix}`),
    codeOf,
    retryAfterOf,
    ...(settings.uploadsInParts && { resumable: uploads }),
    ...(settings.credentials === 'anonymous'
      ? {}
      : { sign: { url: async (path, { method, expiresIn }) => await service.presign(method, path, expiresIn) } }),
    ...(tiers.length === 0 ? {} : { tier: tiersOf(service) }),
    ...(retains ? { retain: retentionOf(service) } : {}),
    async close() {
      service.close()
    },
  }
}

const amazon = 'https://s3.amazonaws.com'

/** Names of buckets are Amazon's own in all its regions. */
function originOf(endpoint = amazon): string {
  return new URL(endpoint).hostname.endsWith('.amazonaws.com') ? amazon : endpoint
}

function abilitiesOf({ settings, traits, uploadsInParts }: Service, tiers: readonly string[]): Abilities {
  const longestPath = longestKey - utf8Length(settings.prefix)
  return {
    write: true,
    remove: true,
    conditional: settings.conditional,
    versions: true,
    // Of an object in parts, S3 knows no other checksum of the whole than a linear one.
    digests: traits.checksum !== undefined && isLinear(traits.checksum) ? [traits.checksum] : [],
    modified: 'given',
    order: 'path',
    longestPath,
    longestSegment: longestPath,
    ...(uploadsInParts && {
      resumable: { minPartSize: 5 * mebibyte, maxPartSize: 5 * 1024 * mebibyte, maxParts: mostParts, parallel: true },
    }),
    ...(settings.credentials !== 'anonymous' && { sign: { longest: longestSigned } }),
    retain: settings.retention !== undefined,
    ...(tiers.length === 0 ? {} : { tier: tierAbility(tiers) }),
  }
}

async function remove(service: Service, path: string, call: Call): Promise<void> {
  // On its own, S3 would hide a retained version behind a marker, and say that it is done.
  if (service.settings.retention !== undefined) await refuseRetained(service, path, call)
  const { body } = await retrying(call, async () => await service.send({ method: 'DELETE', path }, call))
  await body.return()
}

async function refuseRetained(service: Service, path: string, call: Call): Promise<void> {
  try {
    const until = await retainedUntil(service, path, call)
    if (until === undefined || until <= Date.now()) return
  } catch (error) {
    if (codeOf(error) === 'not_found') return
    throw error
  }
  throw new GantryError('permission_denied', 'The entry is retained: it can be removed later.')
}
