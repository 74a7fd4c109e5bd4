import { type Bytes, GantryError, type Layout } from '@gantry/core'
import { describe, expect, test } from 'vitest'

import type { JobOptions } from './job.ts'
import type { JobEvent } from './job-event.ts'
import { all } from './testing/all.ts'
import { parcelSide } from './testing/parcel-side.ts'
import { few, rig, side } from './testing/rig.ts'
import type { Transform } from './transform.ts'

const cause = new Error('licence file of de-identifier missing')
const throwing = () => {
  throw cause
}
const broken: Transform = { name: 'broken', apply: throwing }
const mebibyte = 1024 * 1024

type Told = Extract<JobEvent, { type: 'entry:error' | 'entry:retry' }>

async function told(
  made: Awaited<ReturnType<typeof rig>>,
  options: Partial<JobOptions> = {},
): Promise<{ events: Told[]; failure: { readonly cause?: unknown } | undefined }> {
  const job = await made.open({ limits: { attempts: 2 }, ...options })
  const events: Told[] = []
  job.on('entry:error', (event) => events.push(event))
  job.on('entry:retry', (event) => events.push(event))
  const { failure } = await job.run()
  return { events, failure }
}

describe('what lies behind an error is told in this process', () => {
  test('of a transform', async () => {
    const made = await rig({ entries: few(1), spec: { transforms: ['broken'] } })
    const { events } = await told(made, { transforms: [broken] })
    expect(events.map(({ type, code }) => [type, code])).toEqual([['entry:error', 'internal']])
    expect(events[0]).toMatchObject({ cause, message: 'The transform "broken" failed: see the cause.' })
    expect(JSON.stringify([events, await all(made.journal.failures())])).not.toContain('licence')
    expect({ ...events[0] }).not.toHaveProperty('cause')
  })

  test('of the body that a transform makes', async () => {
    const made = await rig({ entries: few(1), spec: { transforms: ['broken'] } })
    async function* breaking(body: Bytes) {
      for await (const chunk of body) yield chunk
      throwing()
    }
    const apply: Transform['apply'] = (_, body) => breaking(body)
    const { events } = await told(made, { transforms: [{ name: 'broken', apply }] })
    expect(innermost(events[0]?.cause)).toBe(cause)
    expect(events[0]).toMatchObject({ code: 'internal', message: 'The transform "broken" failed: see the cause.' })
  })

  test('of a driver, whenever an entry fails, alone or in a parcel', async () => {
    const writes = side({ before: ({ operation }) => void (operation === 'write' && failing()) })
    const adds = parcelSide({ store: { unit: { entries: 10, bytes: mebibyte }, resumable: false } })
    adds.driver.script = { before: ({ operation }) => void (operation === 'add' && failing()) }
    for (const to of [writes, adds]) {
      const { events } = await told(await rig({ entries: few(1), to }))
      expect(events.map(({ type, cause: behind }) => [type, innermost(behind)])).toEqual([
        ['entry:retry', cause],
        ['entry:error', cause],
      ])
    }
  })

  test('of a part that is sent again', async () => {
    const to = side({ before: ({ operation, nth }) => void (operation === 'putPart' && nth === 1 && failing()) })
    const { events } = await told(await rig({ entries: few(1, 20 * mebibyte), to }))
    expect(events.map(({ cause: behind }) => innermost(behind))).toContain(cause)
  })

  test.for<[string, Partial<JobOptions>]>([
    ['layout', { layout: Object.assign(throwing, { keepsPrefix: false }) as Layout }],
    ['become', { transforms: [{ ...broken, become: throwing }] }],
    ['entries', { entries: throwing }],
    ['identify', { identify: throwing, layout: Object.assign(() => 'x', { needsHeader: true }) }],
  ])('of what ends the plan: %s', async ([, options]) => {
    const made = await rig({ entries: few(1), spec: { transforms: options.transforms ? ['broken'] : [] } })
    const { failure } = await told(made, options)
    expect(failure).toMatchObject({ code: 'internal' })
    expect(failure?.cause).toBe(cause)
    expect(JSON.stringify(failure)).not.toContain('licence')
  })
})

function failing(): never {
  throw new GantryError('unavailable', 'As the script says.', { cause })
}

function innermost(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? innermost(error.cause) : error
}
