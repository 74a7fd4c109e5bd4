import { expect, test } from 'vitest'

import { attributePath } from './attribute-path.ts'
import { identifyingTag, matchingKeywords, resultKeywords } from './levels.ts'

test.each(['study', 'series', 'instance'] as const)('all of %s are attributes, its UID among them', (level) => {
  for (const keywords of [matchingKeywords[level], resultKeywords[level]]) {
    expect(keywords.flatMap((keyword) => attributePath(keyword))).toContain(identifyingTag[level])
    expect(new Set(keywords).size).toBe(keywords.length)
  }
})
