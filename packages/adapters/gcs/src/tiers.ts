import { type Call, GantryError, type TierAbility, type TierDriver } from '@gantry/core/driver'

import { entryOfResource, type Resource } from './object/resource.ts'
import { look } from './object/stat.ts'
import { rewrite } from './object/rewrite.ts'
import type { Service } from './service/service.ts'

const words = { hot: 'STANDARD', cool: 'NEARLINE', cold: 'COLDLINE', frozen: 'ARCHIVE' } as const

/** What the common words mean; each class is readable at once, the coldest as well. */
export function wordsFor(tiers: readonly string[]): TierAbility['words'] {
  return Object.fromEntries(Object.entries(words).filter(([, tier]) => tiers.includes(tier)))
}

/** Moves an object to another class by rewriting it onto itself, which no byte leaves the service for. */
export function tiersOf(service: Service): TierDriver {
  return {
    async set(path, tier, call) {
      const before = await look(service, service.keyOf(path), call)
      if (before.storageClass === tier) return entryOfResource(path, before)
      if (before.retention !== undefined) {
        throw new GantryError('unsupported', 'GCS does not move what is retained: that would replace it.')
      }
      return entryOfResource(path, await moved(service, before, tier, call))
    },
  }
}

async function moved(service: Service, before: Resource, tier: string, call: Call): Promise<Resource> {
  const { name, generation, contentType, contentEncoding, metadata } = before
  return await rewrite(
    service,
    { source: name, generation, target: name, ifGenerationMatch: generation },
    { contentType, contentEncoding, metadata, storageClass: tier },
    call,
  )
}
