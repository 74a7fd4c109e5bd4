import { expect, test } from 'vitest'

import { KuboRpc } from './kubo-rpc.ts'
import { PinningService } from './pinning-service.ts'

const invalid = expect.objectContaining({ code: 'invalid' })

test('no token crosses a network in the clear', () => {
  expect(() => new PinningService({ endpoint: 'http://pin.example.org', token: 'secret' })).toThrow(invalid)
  expect(() => new KuboRpc({ api: 'http://node.example.org:5001', authorization: 'Basic secret' })).toThrow(invalid)
})

test.each([
  () => new PinningService({ endpoint: 'http://127.0.0.1:3000', token: 'secret' }),
  () => new PinningService({ endpoint: 'https://pin.example.org', token: 'secret' }),
  () => new KuboRpc({ api: 'http://node.example.org:5001' }),
  () => new KuboRpc({ api: 'http://localhost:5001', authorization: 'Basic secret' }),
])('what needs none, goes over TLS, or stays on this machine, is taken: %#', (open) => {
  expect(open).not.toThrow()
})
