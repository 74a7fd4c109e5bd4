import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { listenersBeyondLoopback } from './listeners.ts'

describe.skipIf(!existsSync('/proc/net/tcp'))('who listens beyond loopback', () => {
  test.each(['127.0.0.1', '::1'])('not a server on %s', async (host) => {
    expect(await beyondLoopback(host)).toEqual([])
  })

  // Linux gives every address of 127.0.0.0/8 to the machine itself, so nobody outside reaches this one either.
  test('a server on any other address', async () => {
    expect(await beyondLoopback('127.0.0.2')).toEqual(['0200007F'])
  })
})

async function beyondLoopback(host: string): Promise<string[]> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  try {
    return listenersBeyondLoopback((server.address() as AddressInfo).port)
  } finally {
    server.close()
  }
}
