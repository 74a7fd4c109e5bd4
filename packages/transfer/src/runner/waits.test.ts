import { describe, expect, onTestFinished, test } from 'vitest'

import { failing, few, rig, side } from '../testing/rig.ts'
import { Throttle } from './throttle.ts'

describe('a wait that is longer than timers can be', () => {
  test.for([1e12, Number.POSITIVE_INFINITY])('is a wait, for what a service asked for: %d', async (retryAfter) => {
    const to = side({
      before: ({ operation }) => void (operation === 'write' && failing('rate_limited', { retryAfter })),
    })
    const made = await rig({ entries: few(1), to })
    const job = await made.open()
    const run = job.run()
    const { promise, resolve } = Promise.withResolvers<number>()
    job.on('entry:retry', ({ delay }) => resolve(delay))
    expect(await promise).toBe(2 ** 31 - 1)
    await new Promise((turn) => setImmediate(turn))
    await job.pause()
    expect(await run).toMatchObject({ phase: 'paused', progress: { retries: 1 } })
    expect(to.driver.count('write')).toBe(1)
  })

  test('is a wait, for hardly any bandwidth', async () => {
    const warnings: Error[] = []
    const onWarning = (warning: Error) => warnings.push(warning)
    process.on('warning', onWarning)
    onTestFinished(() => void process.off('warning', onWarning))
    const throttle = new Throttle(1e-9)
    const wait = throttle.take(1000, AbortSignal.timeout(20))
    await expect(wait).rejects.toMatchObject({ name: 'AbortError' })
    expect(warnings).toEqual([])
  })
})
