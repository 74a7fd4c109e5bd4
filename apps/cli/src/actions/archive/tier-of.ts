import { GantryError, type Store, type TierWord, tierWords } from '@gantry/core'

import { UsageError } from '../../usage-error.ts'

/** The storage's own name of a tier that was written as a word or as that name. */
export function tierOf({ abilities, scheme }: Store, text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const { tier } = abilities
  if (tier === undefined) {
    throw new GantryError('unsupported', `This ${scheme} place has no tiers: leave --tier out.`)
  }
  const named = tierWords.includes(text as TierWord) ? tier.words?.[text as TierWord] : undefined
  const known = [...Object.keys(tier.words ?? {}), ...tier.tiers]
  if (named === undefined && !tier.tiers.includes(text)) {
    throw new UsageError(`There is no tier "${text}" here; there are: ${known.join(', ')}.`)
  }
  return named ?? text
}
