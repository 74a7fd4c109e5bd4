import { createReadStream, existsSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { mkdtemp, rm } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { once } from 'node:events'
import { openBrowser } from '@gantry-tooling/servers/browser'
import { build } from 'vite'
import type { Picture, Wanted } from './picture.ts'

export type { Picture, Wanted } from './picture.ts'

export interface CornerstoneViewer {
  /** Where the page comes from: what a server must let ask it, where it is another one. */
  readonly origin: string
  /** Loads every instance of a series and draws its first frame. */
  show(wanted: Wanted): Promise<Picture[]>
  close(): Promise<void>
}

export interface ViewerOptions {
  /** A DICOMweb that answers no other origin: it is had as `${origin}/proxied`, with these headers. */
  readonly proxied?: { readonly root: string; readonly headers?: Readonly<Record<string, string>> }
}

/** cornerstone3D in a Chromium, with its loader of DICOMweb, built and served as a viewer's page would be. */
export async function openCornerstone({ proxied }: ViewerOptions = {}): Promise<CornerstoneViewer> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-viewer-'))
  await buildPage(folder)
  const server = createServer((asked, response) => {
    const path = asked.url ?? '/'
    if (proxied !== undefined && path.startsWith('/proxied/')) {
      pass(asked, response, proxied.root + path.slice('/proxied'.length), proxied.headers ?? {})
    } else {
      serveFile(join(folder, path === '/' ? 'index.html' : path), response)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const browser = await openBrowser()
  const page = await browser.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  await page.goto(origin)
  await page.waitForFunction('"show" in globalThis')
  return {
    origin,
    async show(wanted) {
      try {
        return await page.evaluate<Picture[]>(`show(${JSON.stringify(wanted)})`)
      } catch (error) {
        throw new Error(`cornerstone did not show it: ${complaints.join(' | ')}`, { cause: error })
      }
    },
    async close() {
      await browser.close()
      server.close().closeAllConnections()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function buildPage(folder: string): Promise<void> {
  await build({
    root: import.meta.dirname,
    configFile: false,
    logLevel: 'error',
    worker: { format: 'es' },
    build: { outDir: folder, emptyOutDir: true, minify: false, target: 'esnext' },
  })
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
}

function serveFile(path: string, response: ServerResponse): void {
  if (!existsSync(path)) {
    response.writeHead(404).end()
    return
  }
  response.setHeader('content-type', types[extname(path)] ?? 'application/octet-stream')
  createReadStream(path).pipe(response)
}

function pass(
  asked: IncomingMessage,
  response: ServerResponse,
  url: string,
  headers: Readonly<Record<string, string>>,
): void {
  const onward = request(
    url,
    { method: asked.method ?? 'GET', headers: { accept: asked.headers.accept ?? '*/*', ...headers } },
    (answer) => {
      const type = answer.headers['content-type']
      response.writeHead(answer.statusCode ?? 502, type === undefined ? {} : { 'content-type': type })
      answer.pipe(response)
    },
  )
  onward.on('error', () => response.destroy())
  asked.pipe(onward)
}
