import type { Progress } from '@gantry/core'
import type { JobResult } from '@gantry/transfer'
import { expect, test } from 'vitest'

import { listedFailures } from './failures.ts'
import { renderResult } from './result.ts'
import { createStyle } from './style.ts'

const style = createStyle(false)
const tally = (count: number) => ({ entries: count, bytes: count * 1_000_000 })
const id = '20261121-7f3a9c'

function result(
  counts: Partial<Record<'total' | 'done' | 'skipped' | 'failed', number>>,
  more: Partial<JobResult> = {},
): JobResult {
  const { total = 100, done = 0, skipped = 0, failed = 0 } = counts
  const amounts = { total: tally(total), done: tally(done), skipped: tally(skipped), failed: tally(failed) }
  const progress: Progress = {
    phase: 'completed',
    sized: true,
    ...amounts,
    inFlight: 0,
    retries: 0,
    bytes: 0,
    comparing: 0,
    compared: 0,
    rate: 0,
    eta: undefined,
  }
  return { id, phase: 'completed', progress, unverified: 0, elapsed: 2000, ...more }
}

const render = (...parameters: Parameters<typeof result>) => renderResult(result(...parameters), {}, style)

test('all copied', () => {
  expect(render({ done: 100 })).toEqual(['Copied 100 entries, 100 MB in 2.0 s (50.0 MB/s)'])
})

test('with what deserves a remark', () => {
  expect(render({ done: 80, skipped: 20 }, { unverified: 5 })).toEqual([
    'Copied 80 entries, 80.0 MB in 2.0 s (40.0 MB/s)',
    '  20 entries (20.0 MB) skipped: there already',
    `  5 entries unverified: the destination does not say what it stored. To read back: gantry verify ${id}`,
  ])
})

test('a run that went on tells its own speed', () => {
  expect(renderResult(result({ done: 100 }), { before: tally(60) }, style)).toEqual([
    'Copied 40 entries, 40.0 MB in 2.0 s (20.0 MB/s)',
    '  100 entries, 100 MB with what was done before',
  ])
})

test('nothing to do, in two ways', () => {
  expect(render({ skipped: 100 })).toEqual(['Nothing to do: all of 100 entries (100 MB) are there already.'])
  expect(render({ total: 0 })).toEqual(['There is nothing to copy: the source has no such entries.'])
})

test('paused, cancelled, stopped', () => {
  expect(render({ done: 40 }, { phase: 'paused' })).toEqual([
    `Paused with 40 of 100 entries done. To go on: gantry jobs resume ${id}`,
  ])
  expect(render({ total: 0 }, { phase: 'paused' })[0]).toContain('Paused while listing the source')
  expect(render({ done: 40 }, { phase: 'cancelled' })).toEqual([
    'Cancelled with 40 of 100 entries done; what was done stays.',
  ])
  const failure = { code: 'read_only', message: 'The store takes no writes.' } as const
  expect(render({ done: 40 }, { phase: 'failed', failure })).toEqual([
    'Stopped with 40 of 100 entries done: read_only: The store takes no writes.',
    `When that is put right: gantry jobs resume ${id}`,
  ])
})

test('failures are listed with what to do, the first of them only', () => {
  const failures = Array.from({ length: listedFailures }, (_, index) => ({
    path: `a/${index}`,
    code: index % 2 === 0 ? ('not_found' as const) : ('integrity' as const),
    message: index % 2 === 0 ? 'There is no such entry.' : 'The bytes differ.',
  }))
  const lines = renderResult(result({ done: 70, failed: 30 }), { failures }, style)
  expect(lines[1]).toBe('Failed: 30 of 100 entries')
  expect(lines[2]).toBe('  not_found  a/0')
  expect(lines[3]).toBe('  integrity  a/1')
  expect(lines.slice(-4)).toEqual([
    `  … and 10 more: gantry jobs show ${id}`,
    '  not_found: There is no such entry.',
    '  integrity: The bytes differ.',
    `To try them again: gantry jobs resume ${id}`,
  ])
})

test('what the plan refused, or what changed since, is not said to be tried again by the job', () => {
  const last = (outOfPlan: number) => renderResult(result({ done: 70, failed: 30 }), { outOfPlan }, style).at(-1)
  expect(last(1)).toBe(
    `To try them again: gantry jobs resume ${id}; but 1 of those that failed was refused while the source was listed, or changed since: only the same command again looks at that anew`,
  )
  const failure = { code: 'read_only', message: 'No.' } as const
  const stopped = renderResult(
    { ...result({ done: 40, failed: 2 }), phase: 'failed', failure },
    { outOfPlan: 2 },
    style,
  )
  expect(stopped.at(-1)).toBe(
    `When that is put right: gantry jobs resume ${id}; but 2 of those that failed were refused while the source was listed, or changed since: only the same command again looks at that anew`,
  )
  expect(last(30)).toBe('To try them again, run the same command again: it lists the source anew.')
})
