import { expect, test } from 'vitest'

import { SeldomLog, type WorkerLine } from './worker-log.ts'

test('tells the same once a minute, and how many times it was', () => {
  const lines: WorkerLine[] = []
  let now = 0
  const log = new SeldomLog(
    (line) => lines.push(line),
    () => now,
  )
  const away = { type: 'queue', code: 'unavailable' }
  for (; now < 60_000; now += 100) log.tell(away)
  log.tell({ type: 'queue', code: 'internal' })
  expect(lines).toEqual([away, { type: 'queue', code: 'internal' }])
  log.tell(away)
  expect(lines.slice(2)).toEqual([{ ...away, times: 600 }])
})
