import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

import { Store } from '@gantry/core'
import { fs } from '@gantry/fs'
import { type Hub, type HubLimits, type HubMount, storeMount } from '@gantry/hub'
import { folderPages, openHub, serveHub } from '@gantry/hub/node'
import { fetchHubToken } from '@gantry/hub-store'
import { createDicomwebServer, uidLayout } from '@gantry/serve'
import { openIndexDatabase } from '@gantry/serve/node'

import { freePort } from './free-port.ts'

export interface DemoOptions {
  /** For the hub, its keeper and the index; its owner removes it. */
  readonly folder: string
  /** Of the app, built. */
  readonly pages: string
  /** Images that the hub serves over DICOMweb. */
  readonly studies: string
  /** A tree of Cloud Optimized DICOM that the hub offers too. */
  readonly cod?: string
  /** How people sign in with Google, as the app is told it, and where that is. */
  readonly google?: { readonly config: object; readonly origins: readonly string[] }
  /** Default: one that is free. */
  readonly port?: number
  readonly limits?: Partial<HubLimits>
  readonly onError?: (error: unknown) => void
}

export interface Demo {
  readonly url: string
  readonly hub: Hub
  close(): Promise<void>
}

const sessionPath = '/session'

/** The app, a hub that keeps shares, and a DICOMweb server, in this process and for this machine alone. */
export async function openDemo(options: DemoOptions): Promise<Demo> {
  const { folder, pages, studies, limits, onError = () => {} } = options
  const port = options.port ?? (await freePort())
  const url = `http://127.0.0.1:${port}`
  await mkdir(folder, { recursive: true })
  const store = new Store(fs({ root: studies }))
  const dicomweb = createDicomwebServer({
    store,
    index: openIndexDatabase(join(folder, 'index.sqlite')),
    path: '/dicom-web',
    url: `${url}/dicom-web`,
    stow: uidLayout,
    onError,
  })
  const mount: HubMount = {
    path: '/dicom-web',
    scopes: { read: 'dicomweb:read', write: 'dicomweb:write' },
    fetch: async (request, connection) => await dicomweb.fetch(request, connection),
  }
  const files = storeMount({ path: '/remotes/files', store, onError })
  const tree = options.cod === undefined ? undefined : new Store(fs({ root: options.cod }))
  const mounts = [
    mount,
    files,
    ...(tree === undefined ? [] : [storeMount({ path: '/remotes/cod', store: tree, onError })]),
  ]
  const config = {
    remotes: [
      { name: 'this hub', kind: 'dicomweb', root: '/dicom-web' },
      ...(tree === undefined ? [] : [{ name: 'COD on this hub', kind: 'cod', root: '/remotes/cod' }]),
      { name: 'files of this hub', kind: 'files', root: '/remotes/files' },
    ],
    session: sessionPath,
    ...(options.google !== undefined && { google: options.google.config }),
  }
  const hub = await openHub({
    folder: join(folder, 'hub'),
    keeper: new Store(fs({ root: join(folder, 'keeper') })),
    issuer: url,
    mounts,
    pages: folderPages(pages, { config, connect: options.google?.origins ?? [] }),
    onError,
    ...(limits && { limits }),
  })
  const session = await sessionsOf(hub, url)
  const served = await serveHub({ ...hub, fetch: session }, { port })
  await dicomweb.refresh()
  dicomweb.keepFresh(30_000)
  return {
    url,
    hub,
    async close() {
      await served.close(500)
      await hub.close()
      await dicomweb.close()
      await store.close()
      await tree?.close()
      await pause(0)
    },
  }
}

/**
 * Hands the app's own page a token, so that nobody has to sign in to a hub that they have just started. To no other page:
 * the header makes browsers of other origins ask first, and are refused; a name that is not this machine's is somebody's
 * who points his own at it.
 */
async function sessionsOf(hub: Hub, url: string): Promise<Hub['fetch']> {
  const key = await hub.accounts.create('demo', {
    scopes: ['sources:read', 'sources:write', 'shares:read', 'shares:write', 'dicomweb:read', 'dicomweb:write'],
  })
  const fetch: typeof globalThis.fetch = async (input, init) => await hub.fetch(new Request(input, init))
  const fetchToken = fetchHubToken({ key, fetch })
  const { host } = new URL(url)
  return async (request, connection) => {
    const asked = new URL(request.url)
    if (asked.pathname !== sessionPath || request.method !== 'POST') return await hub.fetch(request, connection)
    const own = request.headers.get('host') === host && request.headers.get('gantry-session') === '1'
    const origin = request.headers.get('origin')
    if (!own || (origin !== null && origin !== url)) return new Response(null, { status: 403 })
    const { token, expires } = await fetchToken({ signal: request.signal })
    const seconds = Math.floor((expires - Date.now()) / 1000)
    return Response.json(
      { access_token: token, token_type: 'Bearer', expires_in: seconds },
      { headers: { 'Cache-Control': 'no-store' } },
    )
  }
}
