import { once } from 'node:events'
import { createReadStream, existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'

import { openBrowser, type Page } from '@gantry-tooling/servers/browser'
import { build } from 'vite'

const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' }

export interface OpenedPage {
  readonly page: Page
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
    resolve: { conditions: ['@gantry/source', 'browser', 'import', 'default'] },
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
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  await page.waitForFunction('"folderCall" in globalThis')
  return {
    page,
    async close() {
      await browser.close()
      server.close().closeAllConnections()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
