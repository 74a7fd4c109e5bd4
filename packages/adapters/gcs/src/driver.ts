import { type Abilities, type StoreDriver, utf8Length } from '@gantry/core/driver'
import { codeOfConnectionError, serviceLocation } from '@gantry/http'

import { list } from './object/list.ts'
import { read } from './object/read.ts'
import { remove } from './object/remove.ts'
import { stat } from './object/stat.ts'
import { write } from './object/write.ts'
import type { Settings } from './options.ts'
import { refuseWithoutRetention, retentionOf } from './retention.ts'
import { Service } from './service/service.ts'
import { canSign, longestSigned, signing } from './service/signing.ts'
import { tiersOf, wordsFor } from './tiers.ts'
import { uploadAbility, Uploads } from './upload/uploads.ts'

/** GCS's limit, in UTF-8 bytes. */
const longestName = 1024

export function openDriver(settings: Settings): StoreDriver {
  const service = new Service(settings)
  const retains = settings.retention !== undefined
  const { storageClasses: tiers } = settings
  const longestPath = longestName - utf8Length(settings.prefix)
  const abilities: Abilities = {
    write: true,
    remove: true,
    conditional: true,
    versions: true,
    digests: ['crc32c'],
    modified: 'given',
    order: 'path',
    longestPath,
    longestSegment: longestPath,
    ...(canSign(settings) && { sign: { longest: longestSigned } }),
    retain: retains,
    ...(settings.uploadsInParts && { resumable: uploadAbility }),
    ...(tiers.length === 0 ? {} : { tier: { tiers, words: wordsFor(tiers) } }),
  }
  return {
    contract: 1,
    scheme: 'gs',
    url: `gs://${settings.bucket}/${settings.prefix}`,
    abilities,
    list: (selection, call) => list(service, selection, call),
    stat: async (path, call) => await stat(service, path, call),
    read: async (ref, range, call) => await read(service, ref, range, call),
    async write(entry, body, call) {
      if (entry.retainUntil !== undefined) await refuseWithoutRetention(service, call)
      return await write(service, entry, body, call)
    },
    remove: async (path, call) => await remove(service, path, call),
    location: () => serviceLocation(settings.endpoint, `${settings.bucket}/${settings.prefix}`),
    codeOf: codeOfConnectionError,
    ...(settings.uploadsInParts && { resumable: new Uploads(service) }),
    ...(canSign(settings) ? { sign: signing(service) } : {}),
    ...(tiers.length === 0 ? {} : { tier: tiersOf(service) }),
    ...(retains ? { retain: retentionOf(service) } : {}),
    async close() {
      service.close()
    },
  }
}
