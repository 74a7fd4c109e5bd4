import type { Progress } from '@gantry/core'
import { expect, test } from 'vitest'

import { plainReporter } from './plain-reporter.ts'

const progress: Progress = {
  phase: 'planning',
  sized: true,
  total: { entries: 10, bytes: 1e6 },
  done: { entries: 5, bytes: 5e5 },
  skipped: { entries: 0, bytes: 0 },
  failed: { entries: 0, bytes: 0 },
  inFlight: 4,
  retries: 0,
  comparing: 0,
  compared: 0,
  bytes: 5e5,
  rate: 1e5,
  eta: 5000,
}

test('a log gets a line every few seconds, and one for every change', () => {
  let now = 0
  const lines: string[] = []
  const output = {
    write: (text: string) => void lines.push(text.trimEnd()),
    ready: () => Promise.resolve(),
    written: () => Promise.resolve(true),
    isTerminal: false,
    columns: 80,
  }
  const reporter = plainReporter(output, () => now)
  reporter.begin({ id: '20261121-7f3a9c', from: 'a', to: 'b', resumed: false, created: 0 })
  for (const [at, phase] of [
    [1000, 'planning'],
    [6000, 'planning'],
    [6200, 'running'],
    [6400, 'running'],
    [11_500, 'running'],
    [11_700, 'verifying'],
    [11_900, 'completed'],
  ] as const) {
    now = at
    reporter.event({ type: 'progress', ...progress, phase })
  }
  reporter.note('Pausing')
  reporter.end(undefined)
  expect(lines).toEqual([
    'a → b, job 20261121-7f3a9c',
    'Listing the source: 10 entries so far',
    'To do: 10 entries, 1.00 MB',
    '50 %, 500 kB of 1.00 MB, 100 kB/s, 5 s left, 5 of 10 entries, 4 in flight',
    'Verifying',
    'Pausing',
  ])
})
