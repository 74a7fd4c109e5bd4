import { expect, test } from 'vitest'

import { openRig } from './testing/rig.ts'

test('options that are undefined have their defaults', async () => {
  const rig = await openRig({
    limits: { jsonBytes: undefined, tokensPerAccount: undefined },
    origins: undefined,
    mounts: undefined,
    random: undefined,
    log: undefined,
  })
  expect(await rig.token('somebody')).toMatch(/^ey/u)
  expect(rig.errors).toEqual([])
})
