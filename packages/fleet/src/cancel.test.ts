import { createJobSpec, newJobId } from '@gantry/transfer'
import { expect, test } from 'vitest'

import { cancel, retry, status } from './control.ts'
import { describeFleet } from './testing/describe-fleet.ts'
import { all, fillStudies } from './testing/fleet-rig.ts'

describeFleet('a run that is given up, queued in %s', ({ rig }) => {
  test('is given up in pages, and where that ended in between the next goes on', async () => {
    const made = await rig()
    const studies = 1100
    await fillStudies(made.from.store, studies, 1)
    const { run } = await made.submit()
    const { fleet, ledger } = made
    const queued = async () => {
      const sql = `SELECT count(*) AS count FROM fleet_studies WHERE run = ? AND state = 'queued'`
      return (await ledger.database.all<{ count: number }>(sql, run))[0]?.count
    }
    await ledger.cancel(run)
    // As one that is killed before it has told the queue of any.
    for await (const page of ledger.cancelled(run)) {
      expect(page.length).toBeLessThanOrEqual(500)
      break
    }
    expect(await queued()).toBe(studies)
    expect((await status(fleet, run)).queues).toMatchObject([{ waiting: studies }])
    await cancel(fleet, run)
    expect(await queued()).toBe(0)
    expect(await status(fleet, run)).toMatchObject({
      runs: [{ state: 'cancelled', studies: { queued: 0, cancelled: studies } }],
      queues: [{ waiting: 0, active: 0, delayed: 0, dead: 0 }],
    })
    expect(await all(ledger.cancelled(run))).toEqual([])
    await expect(retry(fleet, run)).rejects.toMatchObject({ code: 'precondition_failed' })
  })

  test('is submitted no further, and anew by another', async () => {
    const { ledger, job } = await rig()
    const [first, second] = [newJobId(), newJobId()].map((id) => ledger.newRun(createJobSpec({ id, ...job })))
    const study = (id: string) => ({ id: `${id}-${job.to}`, parts: [{ entries: [{ path: `${id}.dcm`, size: 1 }] }] })
    if (first === undefined || second === undefined) throw new Error('There are two runs.')
    await ledger.plan(first, [study('a')])
    await ledger.cancel(first.id)
    await expect(ledger.plan(first, [study('b')])).rejects.toMatchObject({ code: 'cancelled' })
    expect((await ledger.summary(await ledger.run(first.id))).studies).toMatchObject({ queued: 0, cancelled: 1 })
    expect(await ledger.plan(second, [study('a'), study('b')])).toMatchObject([
      { outcome: 'queue' },
      { outcome: 'queue' },
    ])
  })
})
