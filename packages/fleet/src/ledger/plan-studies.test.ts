import type { SqlDatabase, SqlWriter } from '@gantry/sqlite'
import { createJobSpec, newJobId } from '@gantry/transfer'
import { expect, test } from 'vitest'

import { describeFleet } from '../testing/describe-fleet.ts'
import { Ledger } from './ledger.ts'

/** The same database, and what is run in its transactions. */
function seen(database: SqlDatabase, statements: string[]): SqlDatabase {
  const watched = (sql: SqlWriter): SqlWriter => ({
    all: async (statement, ...values) => await sql.all(statement, ...values),
    run: async (statement, ...values) => {
      statements.push(statement)
      return await sql.run(statement, ...values)
    },
  })
  return {
    all: async (sql, ...values) => await database.all(sql, ...values),
    write: async (work, options) => await database.write(async (sql) => await work(watched(sql)), options),
    change: async (sql, ...values) => await database.change(sql, ...values),
    jot: async (sql, ...values) => await database.jot(sql, ...values),
    close: async () => await database.close(),
  }
}

describeFleet('studies that are written down, the queue in %s', ({ rig }) => {
  test('say once which run they are of', async () => {
    const { job, ledger: own } = await rig()
    const statements: string[] = []
    const ledger = await Ledger.over(seen(own.database, statements))
    const writtenBy = async (work: Promise<unknown>) => {
      statements.length = 0
      await work
      return statements.filter((sql) => /INTO fleet_(queues|runs)/u.test(sql)).length
    }
    const run = ledger.newRun(createJobSpec({ id: newJobId(), ...job }))
    const study = (name: string) => ({
      id: ledger.names.study(job.from, job.to, name),
      parts: [{ entries: [{ path: `${name}/1.dcm`, size: 1 }] }],
    })
    expect(await writtenBy(ledger.plan(run, []))).toBe(0)
    expect(await writtenBy(ledger.plan(run, [study('1.2.1')]))).toBe(2)
    expect(await writtenBy(ledger.plan(run, [study('1.2.2')]))).toBe(0)
    expect(await ledger.run(run.id)).toMatchObject({ id: run.id, queue: run.queue })
    // Nothing of it is planned, so it is no run; and what was not written is not taken for written.
    const again = ledger.newRun(createJobSpec({ id: newJobId(), ...job }))
    expect(await writtenBy(ledger.plan(again, [study('1.2.1')]))).toBe(0)
    await expect(ledger.run(again.id)).rejects.toMatchObject({ code: 'not_found' })
    expect(await writtenBy(ledger.plan(again, [study('1.2.3')]))).toBe(2)
    expect(await ledger.run(again.id)).toMatchObject({ id: again.id })
  })

  test('that are done stay so, unless they are asked for to be retained for longer', async () => {
    const { job, ledger } = await rig()
    const [day, now] = [24 * 60 * 60 * 1000, 1_700_000_000_000]
    const id = ledger.names.study(job.from, job.to, '1.2.1')
    const plan = async (created: number, days: number) => {
      const retainUntil = created + days * day
      const run = ledger.newRun(createJobSpec({ id: newJobId(), ...job, created, retainUntil }))
      return await ledger.plan(run, [{ id, parts: [{ entries: [{ path: '1.dcm', size: 1 }] }] }])
    }
    expect(await plan(now, 3650)).toMatchObject([{ outcome: 'queue' }])
    await ledger.database.change(`UPDATE fleet_studies SET state = 'done' WHERE id = ?`, id)
    expect(await plan(now + 5 * day, 3650)).toMatchObject([{ outcome: 'done' }])
    expect(await plan(now + 5 * day, 7300)).toMatchObject([{ outcome: 'queue' }])
  })
})
