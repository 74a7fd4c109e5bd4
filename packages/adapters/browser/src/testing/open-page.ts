import { once } from 'node:events'
import { createReadStream, existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'

import { type Browser, openBrowser, type Page } from '@gantry-tooling/servers/browser'
import { build } from 'vite'

const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' }

/** What stands in a page for what the conformance suite uses of Node. */
const stands = (name: string) => join(import.meta.dirname, 'page/node', name)

export interface OpenedPage {
  readonly page: Page
  readonly browser: Browser
  readonly url: string
  close(): Promise<void>
}

/** A page of this package in a Chromium, built and served as an app's would be. */
export async function openPage(): Promise<OpenedPage> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-folders-'))
  await build({
    root: join(import.meta.dirname, 'page'),
    configFile: false,
    logLevel: 'error',
    worker: { format: 'es' },
    resolve: {
      conditions: ['@gantry/source', 'browser', 'import', 'default'],
      alias: [
        { find: 'node:assert/strict', replacement: stands('assert.ts') },
        { find: 'node:timers/promises', replacement: stands('timers.ts') },
        { find: /^node:.+$/u, replacement: stands('absent.ts') },
      ],
    },
    build: { outDir: folder, emptyOutDir: true, minify: false, target: 'esnext' },
  })
  const server = createServer(({ url = '/' }, response) => {
    const path = join(folder, url === '/' ? 'index.html' : url)
    if (!existsSync(path)) {
      response.writeHead(404).end()
      return
    }
    response.setHeader('content-type', types[extname(path)] ?? 'application/octet-stream')
    createReadStream(path).pipe(response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const browser = await openBrowser()
  const page = await browser.newPage()
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await page.goto(url)
  await page.waitForFunction('"ready" in globalThis')
  return {
    page,
    browser,
    url,
    async close() {
      await browser.close()
      server.close().closeAllConnections()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
