import { expect, test } from 'vitest'

import { writerOf } from './left-by-crash.ts'

const minute = 60_000
const day = 24 * 60 * minute
const noon = 1_800_000_000_000

const asItIs = { created: noon, last: noon + 10 * minute, since: noon + 60 * minute, now: noon + 61 * minute }
/** The clock was five minutes ahead when the job was made; files and what came later go by the right one. */
const ahead = { created: noon + 5 * minute, last: noon + 6000, since: noon + 10_000, now: noon + 11_000 }
/** All that the job and the storage wrote is of the clock before it was set back. */
const before = { created: noon + 5 * minute, last: noon + 6 * minute, since: noon + 2 * minute, now: noon + 2 * minute }

test.each([
  ['during the job', asItIs, 5 * minute, 'job'],
  ['within what clocks differ by', asItIs, -minute, 'job'],
  ['after its process died', asItIs, 20 * minute, 'unknown'],
  ['before the job, as a storage with another clock tells it', asItIs, -5 * minute, 'unknown'],
  ['long before the job', asItIs, -2 * day, 'others'],
  ['in the meantime of a job with a clock ahead', ahead, 2000, 'job'],
  ['just now, beside a job with a clock ahead', ahead, 10_500, 'unknown'],
  ['long before a job with a clock ahead', ahead, -2 * day, 'others'],
  ['during a job after which the clock was set back', before, 5.5 * minute, 'job'],
  ['just now, after the clock was set back', before, 2 * minute, 'unknown'],
  ['after a job after which the clock was set back', before, 9 * minute, 'unknown'],
] as const)('what was begun %s', (_, moments, after, whose) => {
  expect(writerOf(noon + after, moments)).toBe(whose)
})

test('the coarser clock of files sets nothing back', () => {
  const quick = { created: noon, last: noon - 5, since: noon + 20 * minute, now: noon + 20 * minute }
  expect(writerOf(noon - 2 * minute, quick)).toBe('unknown')
  expect(writerOf(noon, quick)).toBe('job')
})
