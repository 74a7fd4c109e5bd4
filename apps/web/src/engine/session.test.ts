import { isGantryError } from '@gantry/core'
import { afterEach, expect, test, vi } from 'vitest'

import { reasonOf } from './reason-of.ts'
import { Session } from './session.ts'

afterEach(() => void vi.unstubAllGlobals())

test.each([
  ['a hub that lists', Response.json({ shares: [] }), 'signed in'],
  ['a hub that may not list', Response.json({}, { status: 403 }), 'signed in'],
  ['a hub that does not know it', Response.json({}, { status: 401 }), 'unauthenticated no_token'],
  ['a hub that fails', Response.json({}, { status: 503 }), 'unavailable server_fault'],
  ['a page to sign in at', new Response('<html>'), 'unavailable foreign_answer'],
  ['something else', new Response('', { status: 404 }), 'unavailable foreign_answer'],
])('a token that is shown to %s', async (_, answer, outcome) => {
  vi.stubGlobal('fetch', async () => answer)
  const told = await new Session().signIn('https://hub.example.org', { kind: 'token', token: 'a-token' }).then(
    () => 'signed in',
    (error: unknown) => (isGantryError(error) ? `${error.code} ${reasonOf(error)}` : 'internal'),
  )
  expect(told).toBe(outcome)
})
