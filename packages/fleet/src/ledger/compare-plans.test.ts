import { type Entry, jobSpecSchema } from '@gantry/core'
import { expect, test } from 'vitest'

import { comparePlans, digestOf } from './compare-plans.ts'

const plan = (paths: readonly string[], words: object = {}, size = 1) => ({
  spec: jobSpecSchema.parse({ version: 1, id: 'some-run', created: 0, from: 'a:', to: 'b:', selection: {}, ...words }),
  entries: paths.map((path): Entry => ({ path, size })),
})

const day = 24 * 60 * 60 * 1000
const retained = (from: number, days = 3650) =>
  plan(['x'], { created: from * day, retainUntil: (from + days) * day + 7 })

test('one digest is that of plans which say the same, whenever they were asked for', () => {
  const digest = ({ spec, entries }: ReturnType<typeof plan>) => digestOf(spec, entries).toString('hex')
  expect(digest(retained(0))).toBe(digest(retained(400)))
  expect(digest(retained(0))).not.toBe(digest(plan(['x'])))
  expect(digest(plan(['x']))).not.toBe(digest(plan(['x'], { existing: 'overwrite' })))
})

test.each([
  ['the same', plan(['x', 'y']), plan(['x', 'y']), 'waits'],
  ['less, in the same words', plan(['x', 'y']), plan(['x']), 'waits'],
  ['more', plan(['x']), plan(['x', 'y']), 'replace'],
  ['one that has changed', plan(['x']), plan(['x'], {}, 2), 'replace'],
  ['other words', plan(['x']), plan(['x'], { transforms: ['deidentify'] }), 'replace'],
  ['another pace', plan(['x']), plan(['x'], { bandwidth: 1000 }), 'replace'],
  ['other words for less', plan(['x', 'y']), plan(['x'], { existing: 'overwrite' }), 'differs'],
  ['as long retained, from another moment on', retained(0), retained(400), 'waits'],
  ['longer retained', retained(0), retained(0, 4000), 'replace'],
  ['retained, and did not have to be', plan(['x']), retained(0), 'replace'],
  ['something else', plan(['x']), plan(['y']), 'differs'],
] as const)('of a study that waits, %s', (_name, waiting, asked, outcome) => {
  expect(comparePlans(waiting, asked)).toBe(outcome)
})
