import { GantryError } from '@gantry/core'
import { expect, test } from 'vitest'

import { openingProblemOf } from './opening-problem.ts'

const leadOf = (code: 'not_found' | 'unavailable', reason?: string) =>
  openingProblemOf(new GantryError(code, 'x', reason === undefined ? {} : { cause: { reason } }))

test('a share that is over says how it ended, and one that never was that nobody knows it', () => {
  expect(leadOf('not_found', 'expired').lead).toContain('has expired')
  expect(leadOf('not_found', 'revoked').lead).toContain('has revoked')
  expect(leadOf('not_found', 'used_up').lead).toContain('as often as it may be')
  expect(leadOf('not_found')).toMatchObject({ title: 'There is no share behind this link', again: false })
})

test('a server that answers was reached', () => {
  expect(leadOf('unavailable')).toMatchObject({ title: 'The hub cannot be reached', again: true })
  expect(leadOf('unavailable', 'server_fault').lead).toContain('was reached')
  expect(leadOf('unavailable', 'foreign_answer').lead).toContain('is not such a server')
})
