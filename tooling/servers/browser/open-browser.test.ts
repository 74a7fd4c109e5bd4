import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { browserUnavailable, openBrowser } from './open-browser.ts'

const reason = await browserUnavailable()

test.skipIf(reason !== undefined)(
  `a browser runs what a server serves${reason ? ` [${reason}]` : ''}`,
  { timeout: 180_000 },
  async () => {
    const server = createServer((request, response) => {
      if (request.url === '/page') response.setHeader('content-type', 'text/html').end('<title>served</title>')
      else response.end('fetched')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => server.close().closeAllConnections())
    const browser = await openBrowser()
    onTestFinished(() => browser.close())

    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/page`)
    expect(await page.title()).toBe('served')
    expect(await page.evaluate(async () => (await fetch('/data')).text())).toBe('fetched')
  },
)
