import type { StorageClass } from '@aws-sdk/client-s3'
import { GantryError, type TierAbility, type TierDriver, type TierWord } from '@gantry/core/driver'

import { percentEncodePath } from './sign/percent-encode.ts'
import { quote } from './object/entry-of.ts'
import { stat } from './object/stat.ts'
import { thaw } from './thaw.ts'
import { ask } from './service/ask.ts'
import type { Service } from './service/service.ts'

/** Classes of AWS that an object can be moved to by copying it onto itself. */
export const awsStorageClasses: readonly string[] = [
  'STANDARD',
  'INTELLIGENT_TIERING',
  'STANDARD_IA',
  'ONEZONE_IA',
  'GLACIER_IR',
  'GLACIER',
  'DEEP_ARCHIVE',
]

/** What the common words mean, as far as the service has such a class. */
const words: Readonly<Record<TierWord, string>> = {
  hot: 'STANDARD',
  cool: 'STANDARD_IA',
  cold: 'GLACIER_IR',
  frozen: 'DEEP_ARCHIVE',
}

/** Their objects are read only after a request to restore them. */
const frozenClasses: readonly string[] = ['GLACIER', 'DEEP_ARCHIVE']

export function tierAbility(tiers: readonly string[]): TierAbility {
  const known = Object.entries(words).filter(([, tier]) => tiers.includes(tier))
  return { tiers, words: Object.fromEntries(known), frozen: frozenClasses.filter((tier) => tiers.includes(tier)) }
}

/** Longest object that one call copies. */
const longestCopy = 5 * 1024 ** 3

export function tiersOf(service: Service): TierDriver {
  return {
    async set(path, tier, call) {
      const before = await stat(service, path, call)
      if (before.tier === tier) return before
      if (before.size > longestCopy) {
        throw new GantryError('unsupported', 'S3 moves objects beyond 5 GiB by a lifecycle rule only.')
      }
      const { CopyObjectCommand } = await import('@aws-sdk/client-s3')
      const { bucket } = service.settings
      const command = new CopyObjectCommand({
        Bucket: bucket,
        Key: service.keyOf(path),
        CopySource: `${bucket}/${percentEncodePath(service.keyOf(path))}`,
        MetadataDirective: 'COPY',
        StorageClass: tier as StorageClass,
        ...(before.version === undefined ? {} : { CopySourceIfMatch: quote(before.version) }),
      })
      await ask(service, call, async (client, options) => await client.send(command, options))
      return await stat(service, path, call)
    },
    thaw: async (path, options, call) => await thaw(service, path, options, call),
  }
}
