import { expect, test } from 'vitest'

import { isLoopback, isPrivateRoad } from './loopback.ts'

test.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['127.1.2.3', true],
  ['::1', true],
  ['[::1]', true],
  ['127.0.0.1.example.org', false],
  ['localhost.example.org', false],
  ['10.0.0.1', false],
  ['[::2]', false],
])('%s is this machine: %s', (host, here) => {
  expect(isLoopback(host)).toBe(here)
})

test.each([
  ['https://hub.example.org', true],
  ['http://127.0.0.1:8080', true],
  ['http://[::1]/', true],
  ['http://hub.example.org', false],
  ['ftp://localhost', false],
])('secrets may go to %s: %s', (url, may) => {
  expect(isPrivateRoad(new URL(url))).toBe(may)
})
