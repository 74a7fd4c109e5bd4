import { type Store, type TierWord, tierWords } from '@gantry/core'

import { UsageError } from '../../usage-error.ts'

/** The storage's own name of a tier that was written as a word or as that name. */
export function tierOf({ abilities, scheme }: Store, text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const { tier } = abilities
  if (tier === undefined) {
    // Those of Amazon are known; what else speaks S3 has its own, or none.
    const advice =
      scheme === 's3'
        ? 'This S3 service is not known to have storage classes. Name them, as in --to-option storageClasses=STANDARD_IA,GLACIER_IR, or leave --tier out.'
        : 'This place has no tiers: leave --tier out.'
    throw new UsageError(advice)
  }
  const named = tierWords.includes(text as TierWord) ? tier.words?.[text as TierWord] : undefined
  const known = [...Object.keys(tier.words ?? {}), ...tier.tiers]
  if (named === undefined && !tier.tiers.includes(text)) {
    throw new UsageError(`There is no tier "${text}" here; there are: ${known.join(', ')}.`)
  }
  return named ?? text
}
