import { expect, test } from 'vitest'

import { withQueue } from './queue/queue-server.ts'
import { describeFleet } from './testing/describe-fleet.ts'
import { fillStudies } from './testing/fleet-rig.ts'

describeFleet('the rate of a destination in %s', ({ rig }) => {
  test('is what the last submit said, none included', async () => {
    const made = await rig()
    const submitted = async (options: Parameters<typeof made.submit>[0]) => {
      const { run } = await made.submit(options)
      const { queue: name } = await made.ledger.run(run)
      return await withQueue(made.fleet.queue, name, async (queue) => await queue.getGlobalRateLimit())
    }
    await fillStudies(made.from.store, 1, 1)
    expect(await submitted({ rate: { max: 2, duration: 1000 } })).toEqual({ max: 2, duration: 1000 })
    await fillStudies(made.from.store, 2, 1)
    expect(await submitted({})).toBeNull()
  })
})
