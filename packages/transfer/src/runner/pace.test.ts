import { setTimeout as sleep } from 'node:timers/promises'

import type { Entry } from '@gantry/core'
import { expect, test } from 'vitest'

import { fill } from '../testing/contents.ts'
import { few, rig, side } from '../testing/rig.ts'

test('what has to be asked for is looked at by more at a time when that is quicker', async () => {
  const there = few(400, 10)
  let asking = 0
  let most = 0
  const slow = {
    entry: (entry: Entry, { operation }: { operation: string }) => {
      if (operation !== 'list') return entry
      const { digests: _digests, ...rest } = entry
      return rest
    },
    before: async ({ operation }: { operation: string }) => {
      if (operation !== 'stat') return
      asking += 1
      most = Math.max(most, asking)
      await sleep(100)
      asking -= 1
    },
  }
  const to = side(slow)
  await fill(to.direct, there, 1)
  const made = await rig({ entries: there, to })
  const { progress } = await (await made.open()).run()
  expect(progress.skipped.entries).toBe(400)
  expect(most).toBeGreaterThan(32)
})
