import { readFile, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'

import type { HubPage, HubPages } from '../http/pages.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
}

export interface FolderPagesOptions {
  /** Origins of storages that the pages may reach; default: the hub alone. */
  readonly connect?: readonly string[] | undefined
  /** What the app finds at `/app.json`: how it is set up here; default: the file of the folder, if it has one. */
  readonly config?: object | undefined
}

/**
 * A web app that was built into a folder: its files, and `index.html` for links of shares and for every other path without a dot, because an
 * app finds its way by its own paths. Files in `assets` are named after what is in them.
 */
export function folderPages(folder: string, { connect = [], config }: FolderPagesOptions = {}): HubPages {
  const read = async (path: string): Promise<HubPage | undefined> => {
    const file = join(folder, path)
    const found = await stat(file).catch(() => undefined)
    if (found?.isFile() !== true) return undefined
    const type = types[extname(path)] ?? 'application/octet-stream'
    return { type, body: new Uint8Array(await readFile(file)), immutable: path.startsWith('/assets/') }
  }
  return {
    connect,
    async find(path) {
      if (config !== undefined && path === '/app.json') {
        return { type: 'application/json', body: new TextEncoder().encode(JSON.stringify(config)) }
      }
      // Links of shares, also as mail and messengers mangle them: the app says what is wrong, or mends it.
      if (path.startsWith('/s/')) return await read('/index.html')
      // Names that a build makes, and nothing that leads elsewhere.
      const plain = /^(?:\/[\w-][\w.-]*)+$/u.test(path) && !path.includes('..')
      if (plain && path.slice(path.lastIndexOf('/')).includes('.')) return await read(path)
      return path === '/' || plain ? await read('/index.html') : undefined
    },
  }
}
