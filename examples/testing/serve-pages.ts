import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

import type { Page } from '@gantry-tooling/servers/browser'
import { onTestFinished } from 'vitest'
import { build } from 'vite'

const packages = ['@gantry/hub-store', '@gantry/share', '@gantry/share/web']

/** The packages as modules for browsers, and what mounts the component, built from source into a folder. */
export async function buildPages(outDir: string): Promise<void> {
  const mount = join(import.meta.dirname, 'mount.tsx')
  const input = Object.fromEntries([...packages, mount].map((path) => [path === mount ? 'mount' : fileOf(path), path]))
  await build({
    root: join(import.meta.dirname, '..'),
    configFile: false,
    logLevel: 'silent',
    oxc: { jsx: { runtime: 'automatic' } },
    resolve: { conditions: ['@gantry/source', 'browser', 'import', 'default'] },
    build: {
      outDir,
      target: 'esnext',
      minify: false,
      rolldownOptions: { input, preserveEntrySignatures: 'strict', output: { entryFileNames: '[name].js' } },
    },
  })
}

/** Serves a page at `/`, and what was built; its URL. */
export async function servePages(html: string, built: string): Promise<string> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const type = pathname === '/' ? 'text/html; charset=utf-8' : 'text/javascript'
    const body = pathname === '/' ? Promise.resolve(html) : readFile(join(built, pathname))
    body.then(
      (text) => response.writeHead(200, { 'Content-Type': type }).end(text),
      () => response.writeHead(404).end(),
    )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => server.close().closeAllConnections())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Answers what the page asks of the packages' public host: what it has of them is what was built here. */
export async function answerForPackages(page: Page, origin: string): Promise<void> {
  await page.route('https://esm.sh/**', async (route) => {
    const name = new URL(route.request().url()).pathname.slice(1)
    const known = packages.includes(name)
    await route.fulfill({
      status: known ? 200 : 404,
      contentType: 'text/javascript',
      headers: { 'Access-Control-Allow-Origin': '*' },
      body: known ? `export * from '${origin}/${fileOf(name)}.js'` : '',
    })
  })
}

function fileOf(name: string): string {
  return name.slice(1).replaceAll('/', '-')
}
