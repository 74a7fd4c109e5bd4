import type { Progress } from '@gantry/core'
import { describe, expect, test } from 'vitest'

import { renderBar } from './bar.ts'
import { describeProgress, renderProgress } from './progress.ts'
import { createStyle } from './style.ts'
import { widthOf } from './text.ts'

const progress: Progress = {
  phase: 'running',
  sized: true,
  total: { entries: 1024, bytes: 2e9 },
  done: { entries: 400, bytes: 8e8 },
  skipped: { entries: 12, bytes: 1e7 },
  failed: { entries: 1, bytes: 1e6 },
  inFlight: 16,
  retries: 2,
  comparing: 0,
  compared: 0,
  bytes: 1.24e9,
  rate: 3.12e8,
  eta: 2_436,
}
const look = { columns: 80, unicode: true, style: createStyle(false) }

describe('on a terminal', () => {
  test('shows how much of what, how fast, how long, and what went wrong', () => {
    const [first, second] = renderProgress(progress, look)
    expect(first).toMatch(/^█+[▏▎▍▌▋▊▉]?░+ {3}62 % {2}1\.24 GB of 2\.00 GB {2}312 MB\/s {2}3 s left$/u)
    expect(second).toBe('412 of 1,024 entries  1 failed  2 retries  12 skipped  16 in flight')
  })

  test.each([200, 80, 60, 40, 30, 20, 10])('fits into %i columns', (columns) => {
    const widest = Math.max(...renderProgress(progress, { ...look, columns }).map((line) => widthOf(line)))
    expect(widest).toBeLessThanOrEqual(Math.max(columns, 20))
  })

  test('keeps rate and time the longest when it gets narrow', () => {
    const lines = renderProgress(progress, { ...look, columns: 40 })
    expect(lines[0]).toContain('62 %')
    expect(lines[0]).toContain('312 MB/s')
    expect(lines[1]).toContain('1 failed')
  })

  test('counts while the source is listed', () => {
    const planning = { ...progress, phase: 'planning' } as const
    expect(renderProgress(planning, look)).toEqual(['Listing the source  1,024 entries, 2.00 GB'])
    const nothing = { ...planning, total: { entries: 0, bytes: 0 } }
    expect(renderProgress(nothing, look)).toEqual(['Listing the source'])
  })

  test('says that bytes are only compared, for as long as nothing else was done', () => {
    const there = { done: { entries: 0, bytes: 0 }, skipped: { entries: 412, bytes: 8e8 } }
    const comparing = { ...progress, ...there, bytes: 8e8, comparing: 4.4e8, compared: 1.24e9 }
    expect(renderProgress(comparing, look)[0]).toContain('  62 %  comparing 1.24 GB of 2.00 GB  312 MB/s  3 s left')
    const sending = { ...comparing, bytes: 9e8, comparing: 0 }
    expect(renderProgress(sending, look)[0]).toContain('  45 %  900 MB of 2.00 GB')
    const both = { ...progress, compared: 3e8 }
    const [first, second] = renderProgress(both, { ...look, columns: 100 })
    expect(first).toContain('62 %  1.24 GB of 2.00 GB  312 MB/s')
    expect(second).toBe('412 of 1,024 entries  1 failed  2 retries  12 skipped  16 in flight  300 MB compared')
  })

  test('goes by what was read back while it verifies', () => {
    const verifying = { ...progress, phase: 'verifying', inFlight: 0, compared: 2.025e8 } as const
    const [first, second] = renderProgress(verifying, look)
    expect(first).toContain('25 %  verifying 203 MB of 810 MB  312 MB/s  3 s left')
    expect(second).toBe('412 of 1,024 entries  1 failed  2 retries  12 skipped')
  })

  test('goes by entries where there are no bytes', () => {
    const empty = { ...progress, bytes: 0, total: { entries: 4, bytes: 0 }, done: { entries: 1, bytes: 0 } }
    const lines = renderProgress({ ...empty, skipped: { entries: 0, bytes: 0 }, rate: 0 }, look)
    expect(lines[0]).toContain('25 %')
  })
})

test('goes by entries where sizes are not known, and tells no total', () => {
  const { eta: _, ...known } = progress
  const lines = renderProgress({ ...known, sized: false, bytes: 2e9, eta: undefined }, look)
  expect(lines[0]).toMatch(/40 % {2}2\.00 GB {2}312 MB\/s$/u)
})

test('in a log it is one line', () => {
  expect(describeProgress(progress)).toBe(
    '62 %, 1.24 GB of 2.00 GB, 312 MB/s, 3 s left, 412 of 1,024 entries, 1 failed, 2 retries, 12 skipped, 16 in flight',
  )
})

describe('a bar', () => {
  test.each([0, 0.01, 0.333, 0.5, 0.999, 1, 2, -1])('of %d is as wide as asked', (fraction) => {
    expect(widthOf(renderBar(fraction, 20, true))).toBe(20)
    expect(renderBar(fraction, 20, false)).toHaveLength(20)
  })

  test('is full at the end only', () => {
    expect(renderBar(1, 4, true)).toBe('████')
    expect(renderBar(0.999, 4, true)).toBe('███▉')
    expect(renderBar(0.5, 4, false)).toBe('##--')
  })
})
