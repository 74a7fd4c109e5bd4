import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { finish, play, type Step } from '../../model/play.ts'
import { propertyParameters } from '../../model/property-parameters.ts'
import { SimulatedRun } from '../../model/simulated-run.ts'
import type { TransferEvent } from './event.ts'

const ownerEvents: fc.Arbitrary<TransferEvent> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<TransferEvent>({ type: 'job:pause' }, { type: 'job:resume' }) },
  { weight: 3, arbitrary: fc.constantFrom<TransferEvent>({ type: 'job:plan' }, { type: 'job:start' }) },
  { weight: 1, arbitrary: fc.constant<TransferEvent>({ type: 'job:retry' }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('limit:changed' as const), concurrency: fc.integer({ min: 0, max: 5 }) }),
  },
)

const pick = fc.nat(7)
const how = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.nat(12) })
const more = fc.nat(7)
const after = fc.nat(3)

const steps = fc.array(
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({ act: fc.constant('answer' as const), pick, how, more, twice: fc.boolean() }),
    },
    { weight: 6, arbitrary: fc.record({ act: fc.constant('owner' as const), event: ownerEvents }) },
    { weight: 1, arbitrary: fc.record({ act: fc.constant('crash' as const), pick, how, more, after }) },
    { weight: 1, arbitrary: fc.record({ act: fc.constant('owner-crash' as const), event: ownerEvents, after }) },
  ),
  { size: '+1' },
) satisfies fc.Arbitrary<Step[]>

const jobs = fc.record({
  sizes: fc.array(fc.nat(1000), { maxLength: 12 }),
  verify: fc.boolean(),
  unitSize: fc.integer({ min: 1, max: 4 }),
  limits: fc.record({
    concurrency: fc.integer({ min: 1, max: 4 }),
    attempts: fc.integer({ min: 1, max: 3 }),
    retries: fc.nat(6),
  }),
})

describe('any sequence of answers, wishes and crashes', () => {
  test('loses nothing, does nothing twice, and ends complete once all goes well', () => {
    const property = fc.property(jobs, steps, ({ sizes, ...options }, script) => {
      const run = new SimulatedRun(sizes, options)
      for (const step of script) play(run, step)
      finish(run)
      expect(run.state.phase).toBe('completed')
      expect(run.state.done.entries + run.state.skipped.entries).toBe(sizes.length)
      expect([...run.journal.rows.values()].map(({ finished }) => finished)).toEqual(sizes.map(() => 1))
    })
    fc.assert(property, propertyParameters())
  })

  test('ends cancelled, with all stopped and cleaned, whenever it is cancelled before its end', () => {
    const property = fc.property(jobs, steps, steps, ({ sizes, ...options }, script, rest) => {
      const run = new SimulatedRun(sizes, options)
      for (const step of script) play(run, step)
      const { phase } = run.state
      run.tell({ type: 'job:cancel' })
      for (const step of rest) play(run, step)
      finish(run)
      expect(run.state.phase).toBe(phase === 'completed' ? 'completed' : 'cancelled')
    })
    fc.assert(property, propertyParameters())
  })
})
