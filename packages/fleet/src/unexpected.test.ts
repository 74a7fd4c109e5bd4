import { Catalogue } from '@gantry/catalogue'
import { expect, test } from 'vitest'

import { describeFleet, patience } from './testing/describe-fleet.ts'
import { fillStudies } from './testing/fleet-rig.ts'

class Broken extends Catalogue {
  override async record(): Promise<never> {
    return await Promise.reject(new TypeError('Quellmalz is not a function'))
  }
}

describeFleet('a defect of a worker, its queue in %s', ({ rig }) => {
  test('is told of to whoever asks, and by its code alone to the log; another worker goes on', async () => {
    const made = await rig()
    await fillStudies(made.from.store, 1, 1)
    const told: unknown[] = []
    const catalogue = new Broken(made.catalogue.database)
    const { stop } = made.work({ catalogue, onUnexpected: (error) => void told.push(error) })
    const { run } = await made.submit()
    await expect.poll(() => told[0], patience).toBeInstanceOf(TypeError)
    await stop()
    expect(made.lines).toContainEqual(expect.objectContaining({ outcome: 'failed', code: 'internal' }))
    expect(JSON.stringify(made.lines)).not.toContain('Quellmalz')
    made.work()
    const studies = async () => (await made.ledger.summary(await made.ledger.run(run))).studies
    await expect.poll(studies, patience).toMatchObject({ done: 1 })
  })
})
