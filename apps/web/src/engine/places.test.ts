import type { AccessTokens } from '@gantry/core'
import { expect, test } from 'vitest'

import { Places } from './places.ts'

test('a service that was opened before somebody signed in is opened anew, by their tokens', () => {
  let tokens: AccessTokens | undefined
  const places = new Places('https://hub.example', () => tokens)
  const remote = { kind: 'dicomweb', name: 'Archive', root: 'https://archive.example/dicomWeb' } as const
  const before = places.store(remote)
  expect(places.store(remote)).toBe(before)
  tokens = { get: async () => 'token', refuse: () => {} }
  const after = places.store(remote)
  expect(after).not.toBe(before)
  expect(places.store(remote)).toBe(after)
})
