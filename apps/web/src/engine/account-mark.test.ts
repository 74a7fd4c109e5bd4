import { expect, test } from 'vitest'

import { accountMark } from './account-mark.ts'

const hub = 'https://hub.example'
const tokenOf = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`

test('an account has one mark, whichever of its tokens is shown, and another one at another hub', async () => {
  const mark = await accountMark(hub, tokenOf({ sub: 'ward-ä?>', jti: '1' }))
  expect(mark).toMatch(/^[0-9a-f]{32}$/u)
  expect(await accountMark(hub, tokenOf({ sub: 'ward-ä?>', jti: '2' }))).toBe(mark)
  expect(await accountMark('https://other.example', tokenOf({ sub: 'ward-ä?>' }))).not.toBe(mark)
  expect(await accountMark(hub, tokenOf({ sub: 'radiology' }))).not.toBe(mark)
})

test('what says not whose it is has a mark of its own', async () => {
  const marks = await Promise.all(['opaque', 'e30.e30.c2ln', 'e30.!.c2ln', ''].map((one) => accountMark(hub, one)))
  expect(new Set(marks).size).toBe(4)
})
