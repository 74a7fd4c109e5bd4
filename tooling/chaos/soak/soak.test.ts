import { existsSync } from 'node:fs'

import { expect, test } from 'vitest'

import { soak } from './soak.ts'

test.skipIf(!existsSync('/proc/self/fd'))(
  'a short soak: all that is asked of a hub is answered as it should be',
  { timeout: 120_000 },
  async () => {
    const { operations, errors, samples } = await soak({ milliseconds: 3000, workers: 4, every: 200 })
    expect(errors).toEqual([])
    expect([...operations.keys()].filter((name) => name !== 'upload in parts').toSorted()).toEqual([
      'download',
      'open',
      'refused, already_exists',
      'refused, not_found',
      'refused, unauthenticated',
      'remove',
      'revoke',
      'share',
      'upload',
    ])
    expect(samples.length).toBeGreaterThan(2)
    expect(samples.every(({ rss, handles }) => rss > 2 ** 20 && handles > 3)).toBe(true)
  },
)
