import { jobSpecSchema } from '@gantry/core'
import type { JobSummary } from '@gantry/transfer'
import { expect, test } from 'vitest'

import { jobFacts, jobRow, renderJobs, renderPlace } from './job.ts'
import { createStyle } from './style.ts'
import { widthOf } from './text.ts'

const tally = (entries: number) => ({ entries, bytes: entries * 1000 })

const summary: JobSummary = {
  id: '20261121-7f3a9c',
  running: false,
  spec: jobSpecSchema.parse({
    version: 1,
    id: '20261121-7f3a9c',
    created: 0,
    from: 'file:///data/a%20b',
    to: 's3://archive/x?endpoint=http%3A%2F%2F127.0.0.1',
    selection: { modalities: ['CT', 'MR'], since: '2026-11-01' },
    existing: 'keep',
    verify: true,
    concurrency: 4,
    bandwidth: 1e7,
  }),
  record: {
    phase: 'running',
    planned: true,
    verify: true,
    sized: true,
    total: tally(100),
    pending: tally(57),
    done: tally(30),
    skipped: tally(10),
    failed: tally(3),
    unverified: 2,
  },
}

test('a job is told in facts', () => {
  expect(Object.fromEntries(jobFacts(summary))).toMatchObject({
    State: 'interrupted',
    From: '/data/a b',
    To: 's3://archive/x',
    Options: 'no clobber; verify; 4 at a time; at most 10.0 MB/s; modalities CT, MR; since 2026-11-01',
    Planned: '100 entries, 100 kB',
    Left: '57 entries, 57.0 kB',
    Failed: '3 entries, 3.00 kB',
  })
  expect(Object.fromEntries(jobFacts({ ...summary, running: true }))).toMatchObject({ State: 'running' })
})

test('jobs are a table, or on a narrow terminal some lines each', () => {
  const row = jobRow(summary)
  expect(row).toEqual(['20261121-7f3a9c', 'interrupted, 3 failed', '40/100', '100 kB', '/data/a b → s3://archive/x'])
  const style = createStyle(false)
  for (const columns of [40, 80, 120]) {
    const widest = Math.max(
      ...renderJobs([row], style, columns)
        .split('\n')
        .map((line) => widthOf(line)),
    )
    expect(widest).toBeLessThanOrEqual(columns)
  }
  const long = { from: `file:///data/${'x'.repeat(60)}`, to: `s3://archive/${'y'.repeat(60)}` }
  const [, line = ''] = renderJobs([jobRow({ ...summary, spec: { ...summary.spec, ...long } })], style, 80).split('\n')
  expect(line).toMatch(/\/d.*…x+ → s3.*…y+$/u)
  expect(widthOf(line)).toBeLessThanOrEqual(80)
  expect(jobRow({ ...summary, record: { ...summary.record, phase: 'completed' } })[1]).toBe('3 failed')
  expect(renderJobs([row], style, 40).split('\n')).toHaveLength(4)
  expect(renderJobs([row], style)).toContain('/data/a b → s3://archive/x')
})

test('a place is written as people do', () => {
  expect(renderPlace('pacs:sub?tier=COLD')).toBe('pacs:sub')
  expect(renderPlace('s3://bucket/what\u001B[2J')).toBe(String.raw`s3://bucket/what\x1b[2J`)
})
