import { expect, test } from 'vitest'

import type { Outcome } from '../cell/outcome.ts'
import { merge } from './merge.ts'
import { chaosRecordSchema } from './record.ts'
import { writeReport } from './write-report.ts'

const outcome = (more: Partial<Outcome>): Outcome => ({
  backend: 's3',
  fault: 'reset',
  direction: 'up',
  kill: false,
  seed: 1,
  runs: 2,
  injected: 3,
  kills: 0,
  retries: 1,
  toldFailed: 0,
  bytesLost: 0,
  wrong: [],
  milliseconds: 1,
  ...more,
})
const about = { node: '24.21.0', backends: ['fs', 's3'], faults: ['reset', 'stall'] }

test('cells are added up by backend and fault; what was not run again keeps its figures', () => {
  const first = merge(undefined, {
    ...about,
    outcomes: [outcome({}), outcome({ direction: 'down', kill: true, kills: 1, seed: 2 }), outcome({ fault: 'stall' })],
    servers: { s3: 'a server' },
    date: '2026-01-02',
  })
  expect(chaosRecordSchema.parse(first)).toEqual(first)
  const again = merge(first, {
    ...about,
    outcomes: [outcome({ fault: 'stall', bytesLost: 7, wrong: ['a', 'b'] }), outcome({ backend: 'fs' })],
    servers: { s3: 'a newer one', fs: 'a folder' },
    date: '2026-01-03',
  })
  expect(again.backends.map(({ name, server }) => [name, server])).toEqual([
    ['fs', 'a folder'],
    ['s3', 'a newer one'],
  ])
  expect(again.backends[1]?.rows).toEqual([
    expect.objectContaining({
      fault: 'reset',
      cells: 2,
      runs: 4,
      injected: 6,
      kills: 1,
      seeds: [1, 2],
      date: '2026-01-02',
    }),
    expect.objectContaining({ fault: 'stall', cells: 1, bytesLost: 7, wronglyReported: 2, date: '2026-01-03' }),
  ])
  const page = writeReport({ chaos: again, excused: [], withoutServer: { memory: 'no server' }, soak: undefined })
  expect(page).toContain('| stall | 1 | 2 | 3 | 0 | 1 | 0 | 7 | 2 |')
  expect(page).toContain('| **all** | 4 | 8 | 12 | 1 | 4 | 0 | 7 | 2 |')
  expect(page).toContain('Against a newer one.')
  expect(page).toContain('2026-01-02 to 2026-01-03')
  expect(page).toContain('- `memory`: no server.')
})
