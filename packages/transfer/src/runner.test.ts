import { type Entry } from '@gantry/core'
import { describe, expect, test } from 'vitest'

import { all } from './testing/all.ts'
import { fill, namesOf } from './testing/contents.ts'
import { failing, few, rig, side } from './testing/rig.ts'
import { hang, type ScriptedCall } from './testing/scripted-driver.ts'

const first = ({ operation, path, nth }: ScriptedCall) => operation === 'write' && path === '0.dcm' && nth === 1

describe('a failed entry', () => {
  test.for(['integrity', 'rate_limited', 'unavailable', 'timeout'] as const)('is tried again: %s', async (code) => {
    const to = side({ before: (call) => void (first(call) && failing(code)) })
    const made = await rig({ entries: few(3), to })
    const { progress, phase } = await (await made.open()).run()

    expect(phase).toBe('completed')
    expect(progress).toMatchObject({ retries: 1, done: { entries: 3 }, failed: { entries: 0 } })
    expect(await made.arrived()).toEqual(namesOf(few(3)))
  })

  test.for(['invalid', 'precondition_failed', 'unsupported', 'internal'] as const)(
    'fails at once, and the others do not: %s',
    async (code) => {
      const to = side({
        before: ({ operation, path }) => void (operation === 'write' && path === '0.dcm' && failing(code)),
      })
      const made = await rig({ entries: few(3), to })
      const { progress, phase } = await (await made.open()).run()

      expect(phase).toBe('completed')
      expect(progress).toMatchObject({ retries: 0, done: { entries: 2 }, failed: { entries: 1 } })
      expect(await all(made.journal.failures())).toMatchObject([{ path: '0.dcm', code }])
    },
  )

  test.for(['permission_denied', 'not_found', 'read_only', 'unauthenticated'] as const)(
    'of the destination ends the job, which can be resumed: %s',
    async (code) => {
      const to = side({ before: ({ operation }) => void (operation === 'write' && failing(code)) })
      const made = await rig({ entries: few(10), to, spec: { concurrency: 2 } })
      const failed = await (await made.open()).run()

      expect(failed).toMatchObject({ phase: 'failed', failure: { code }, progress: { failed: { entries: 0 } } })
      expect(to.driver.count('write')).toBeLessThanOrEqual(2)
      to.driver.script = {}
      expect(await (await made.open()).run()).toMatchObject({ phase: 'completed' })
      expect(await made.arrived()).toEqual(namesOf(few(10)))
    },
  )

  test.for(['permission_denied', 'not_found', 'read_only'] as const)('of the source is its own: %s', async (code) => {
    const from = side({
      before: ({ operation, path }) => void (operation === 'read' && path === '1.dcm' && failing(code)),
    })
    const made = await rig({ entries: few(3), from })
    const { progress, phase } = await (await made.open()).run()

    expect({ phase, failed: progress.failed.entries, done: progress.done.entries }).toEqual({
      phase: 'completed',
      failed: 1,
      done: 2,
    })
  })

  test('of the source in mid-body is its own too, also while it is only compared', async () => {
    const from = side(
      {
        body: async function* () {
          yield new Uint8Array(1)
          failing('not_found')
        },
      },
      [],
    )
    const to = side()
    await fill(to.direct, few(2), 5)
    const made = await rig({ entries: few(2), from, to })
    expect(await (await made.open()).run()).toMatchObject({ phase: 'completed', progress: { failed: { entries: 2 } } })
  })

  test('waits as long as it was told to', async () => {
    const to = side({ before: (call) => void (first(call) && failing('rate_limited', { retryAfter: 120 })) })
    const made = await rig({ entries: few(1), to })
    const job = await made.open()
    const delays: number[] = []
    job.on('entry:retry', ({ delay }) => void delays.push(delay))
    await job.run()
    expect(delays).toEqual([120])
  })

  test('is given up after so many attempts, and tried again on request', async () => {
    const to = side({ before: ({ operation }) => void (operation === 'write' && failing('unavailable')) })
    const made = await rig({ entries: few(2), to })
    const job = await made.open({ limits: { attempts: 3 } })
    expect(await job.run()).toMatchObject({ phase: 'completed', progress: { failed: { entries: 2 }, retries: 4 } })
    expect(to.driver.count('write')).toBe(6)

    to.driver.script = {}
    expect(await job.retry()).toMatchObject({ phase: 'completed', progress: { failed: { entries: 0 } } })
    expect(await made.arrived()).toEqual(namesOf(few(2)))
  })

  test('costs of a budget that all entries share', async () => {
    const to = side({ before: ({ operation }) => void (operation === 'write' && failing('unavailable')) })
    const made = await rig({ entries: few(10), to })
    const { progress } = await (await made.open({ limits: { retries: 5 } })).run()
    expect(progress).toMatchObject({ retries: 5, failed: { entries: 10 } })
  })

  test('that hangs is given up, on either side', async () => {
    const stuck = async (call: ScriptedCall) => {
      if ((call.operation === 'read' || call.operation === 'write') && call.nth === 1) await hang(call)
    }
    const made = await rig({ entries: few(2), from: side({ before: stuck }), to: side({ before: stuck }) })
    const { progress, phase } = await (await made.open({ stall: 100 })).run()
    expect({ phase, done: progress.done.entries }).toEqual({ phase: 'completed', done: 2 })
    expect(progress.retries).toBeGreaterThanOrEqual(2)
  })

  test('whose answer was lost is not sent again', async () => {
    const to = side({ after: (call) => void (call.operation === 'write' && call.nth === 1 && failing('unavailable')) })
    const made = await rig({ entries: few(5), to })
    expect(await (await made.open()).run()).toMatchObject({ unverified: 0, progress: { done: { entries: 5 } } })
    expect(to.driver.count('write')).toBe(5)
  })
})

describe('a source that is not what was planned', () => {
  const planned = async (change: (contents: Map<string, { entry: Entry; chunks: readonly Uint8Array[] }>) => void) => {
    const from = side({}, [])
    const made = await rig({ entries: few(3), from })
    const job = await made.open()
    await job.plan()
    change(from.contents.entries)
    const { phase, progress } = await job.run()
    expect({ phase, done: progress.done.entries, failed: progress.failed.entries }).toEqual({
      phase: 'completed',
      done: 2,
      failed: 1,
    })
    expect(await made.arrived()).toHaveLength(2)
    const [failure] = await all(made.journal.failures())
    return failure?.code
  }

  test('changed', async () => {
    const code = await planned((entries) => {
      const entry = entries.get('1.dcm')?.entry as Entry
      entries.set('1.dcm', { entry: { ...entry, version: 'new' }, chunks: [new Uint8Array(1000)] })
    })
    expect(code).toBe('precondition_failed')
  })

  test('grew', async () => {
    const code = await planned((entries) => {
      const entry = entries.get('1.dcm')?.entry as Entry
      entries.set('1.dcm', { entry: { ...entry, size: 2000 }, chunks: [new Uint8Array(2000)] })
    })
    expect(code).toBe('precondition_failed')
  })

  test.for([
    ['more', [1000, 1]],
    ['fewer', [999]],
  ] as const)('gives %s bytes than it says', async ([, lengths]) => {
    const from = side({
      body: async function* ({ path }, body) {
        if (path === '1.dcm') for (const length of lengths) yield new Uint8Array(length)
        else yield* body
      },
    })
    const made = await rig({ entries: few(3), from })
    const { progress } = await (await made.open({ limits: { attempts: 2 } })).run()
    expect(progress).toMatchObject({ retries: 1, done: { entries: 2 }, failed: { entries: 1 } })
    expect(await all(made.journal.failures())).toMatchObject([{ path: '1.dcm', code: 'integrity' }])
    expect(await made.arrived()).toHaveLength(2)
  })

  test('vanished', async () => {
    expect(await planned((entries) => void entries.delete('1.dcm'))).toBe('not_found')
  })
})

describe('a destination', () => {
  test('that says what it stored is believed when it is what was sent', async () => {
    const made = await rig({ entries: few(2) })
    expect(await (await made.open()).run()).toMatchObject({ unverified: 0 })
    const receipts = await all(made.journal.receipts())
    expect(receipts.map(({ verified, digests }) => [verified, digests.sha256?.length])).toEqual([
      [true, 64],
      [true, 64],
    ])
  })

  test('that says nothing is counted as unverified, until it is read back', async () => {
    const made = await rig({ entries: few(2), to: side({}, []) })
    expect(await (await made.open()).run()).toMatchObject({ phase: 'completed', unverified: 2 })

    const verified = await rig({ entries: few(2), to: side({}, []), spec: { verify: true } })
    expect(await (await verified.open()).run()).toMatchObject({ phase: 'completed', unverified: 0 })
  })

  test('that keeps other bytes is tried again; nothing wrong is left in the end', async () => {
    const lies = side({ entry: (entry) => ({ ...entry, digests: { sha256: '0'.repeat(64) } }) })
    const made = await rig({ entries: few(2), to: lies })
    const { progress } = await (await made.open({ limits: { attempts: 3 } })).run()
    expect(progress).toMatchObject({ retries: 4, failed: { entries: 2 } })
    expect(await all(made.journal.failures())).toMatchObject([{ code: 'integrity' }, { code: 'integrity' }])
    expect(await made.arrived()).toEqual([])
  })

  test('whose wrong bytes are not ours keeps them', async () => {
    const to = side({ entry: (entry) => ({ ...entry, digests: { sha256: '0'.repeat(64) } }) })
    to.driver.script = {
      ...to.driver.script,
      async after({ operation, path }) {
        if (operation !== 'write') return
        // Somebody else, meanwhile.
        await fill(to.direct, new Map([[path, new Uint8Array(7)]]))
      },
    }
    const made = await rig({ entries: few(1), to })
    await (await made.open({ limits: { attempts: 1 } })).run()
    expect(await made.arrived()).toHaveLength(1)
  })
})
