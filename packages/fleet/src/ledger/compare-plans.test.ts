import { type Entry, jobSpecSchema } from '@gantry/core'
import { expect, test } from 'vitest'

import { comparePlans } from './compare-plans.ts'

const plan = (paths: readonly string[], words: object = {}, size = 1) => ({
  spec: jobSpecSchema.parse({ version: 1, id: 'some-run', created: 0, from: 'a:', to: 'b:', selection: {}, ...words }),
  entries: paths.map((path): Entry => ({ path, size })),
})

test.each([
  ['the same', plan(['x', 'y']), plan(['x', 'y']), 'waits'],
  ['less, in the same words', plan(['x', 'y']), plan(['x']), 'waits'],
  ['more', plan(['x']), plan(['x', 'y']), 'replace'],
  ['one that has changed', plan(['x']), plan(['x'], {}, 2), 'replace'],
  ['other words', plan(['x']), plan(['x'], { transforms: ['deidentify'] }), 'replace'],
  ['another pace', plan(['x']), plan(['x'], { bandwidth: 1000 }), 'replace'],
  ['other words for less', plan(['x', 'y']), plan(['x'], { existing: 'overwrite' }), 'differs'],
  ['something else', plan(['x']), plan(['y']), 'differs'],
] as const)('of a study that waits, %s', (_name, waiting, asked, outcome) => {
  expect(comparePlans(waiting, asked)).toBe(outcome)
})
