import { expect, test } from 'vitest'

import { nodeTransport } from './node-transport.ts'
import { proxyOf } from './proxy-of.ts'

const environment = {
  HTTPS_PROXY: 'http://me:p%40ss@proxy.test:3128',
  http_proxy: 'plain.test',
  NO_PROXY: 'near.test,.below.test, *.stars.test  10.0.0.7 odd.test:8443',
}
const secure = (host: string, port = 443) => proxyOf({ secure: true, host, port }, environment)

test('the proxy of the environment, by the scheme, with its user', () => {
  const authorization = `Basic ${Buffer.from('me:p@ss').toString('base64')}`
  expect(secure('far.test')).toEqual({ secure: false, host: 'proxy.test', port: 3128, authorization })
  expect(proxyOf({ secure: false, host: 'far.test', port: 80 }, environment)).toEqual({
    secure: false,
    host: 'plain.test',
    port: 80,
  })
  expect(proxyOf({ secure: true, host: 'far.test', port: 443 }, { https_proxy: 'https://[fd00::1]' })).toEqual({
    secure: true,
    host: 'fd00::1',
    port: 443,
  })
})

test.each(['near.test', 'x.near.test', 'a.below.test', 'b.stars.test', '10.0.0.7', '127.0.0.1', 'localhost', '[::1]'])(
  '%s is reached without one',
  (host) => {
    expect(secure(host)).toBeUndefined()
  },
)

test.each([
  ['notnear.test', 443],
  ['odd.test', 443],
])('%s:%i is reached through it', (host, port) => {
  expect(secure(host, port)?.host).toBe('proxy.test')
})

test('what is no URL is refused, and not passed over', () => {
  const https_proxy = 'http://me:secret@127.0.0.1:99999'
  const refused = { code: 'invalid', message: expect.not.stringContaining('secret') }
  expect(thrownBy(() => proxyOf({ secure: true, host: 'far.test', port: 443 }, { https_proxy }))).toMatchObject(refused)
  expect(thrownBy(() => nodeTransport({ environment: { https_proxy } }))).toMatchObject(refused)
})

function thrownBy(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}

test('a port is excepted alone, and an asterisk is all', () => {
  expect(secure('odd.test', 8443)).toBeUndefined()
  const all = { https_proxy: 'http://proxy.test', no_proxy: '*' }
  expect(proxyOf({ secure: true, host: 'far.test', port: 443 }, all)).toBeUndefined()
})
