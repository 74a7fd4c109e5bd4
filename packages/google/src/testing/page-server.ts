import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../../../..')
const modules = '/modules'

/** The packages that the browser's part of this one is made of, where their sources are. */
const imports = {
  '@gantry/core': 'packages/core/src/index.ts',
  '@gantry/core/driver': 'packages/core/src/driver.ts',
  '@gantry/core/hub': 'packages/core/src/hub.ts',
  '@gantry/core/side-by-side': 'packages/core/src/side-by-side/index.ts',
  '@gantry/google': 'packages/google/src/index.ts',
  '@gantry/http': 'packages/http/src/index.ts',
  oauth4webapi: 'packages/google/node_modules/oauth4webapi/build/index.js',
  zod: 'packages/google/node_modules/zod/index.js',
} as const

/** Serves pages whose scripts import the sources of this repository, as they are but for their types. */
export class PageServer implements AsyncDisposable {
  readonly #server: Server
  readonly url: string
  /** Script and what it shows, by path; may be filled in later. */
  readonly pages = new Map<string, string>()

  private constructor(server: Server, url: string) {
    this.#server = server
    this.url = url
  }

  static async make(): Promise<PageServer> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const made = new PageServer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    server.on('request', (request, response) => {
      const { pathname } = new URL(request.url ?? '/', made.url)
      made.#answer(pathname).then(
        ([type, text]) => response.writeHead(200, { 'content-type': type }).end(text),
        () => response.writeHead(404).end(),
      )
    })
    return made
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close().closeAllConnections()
    await once(this.#server, 'close')
  }

  async #answer(path: string): Promise<readonly [type: string, text: string]> {
    const script = this.pages.get(path)
    if (script !== undefined) return ['text/html; charset=utf-8', pageOf(script)]
    if (!path.startsWith(`${modules}/`)) throw new Error('Nothing is there.')
    const file = decodeURIComponent(path.slice(modules.length))
    const text = await readFile(join(root, file), 'utf8')
    return ['text/javascript; charset=utf-8', file.endsWith('.ts') ? stripTypeScriptTypes(text) : text]
  }
}

function pageOf(script: string): string {
  const map = Object.fromEntries(Object.entries(imports).map(([name, file]) => [name, `${modules}/${file}`]))
  return `<!doctype html><script type="importmap">${JSON.stringify({ imports: map })}</script>
<button>Sign in</button><output></output><script type="module">${script}</script>`
}
