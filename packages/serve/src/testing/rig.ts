import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { Store } from '@gantry/core'
import { fs } from '@gantry/fs'
import { onTestFinished } from 'vitest'

import { openIndexDatabase } from '../node/open-index-database.ts'
import { serveDicomweb } from '../node/serve-dicomweb.ts'
import { createDicomwebServer, type DicomwebServer, type DicomwebServerOptions } from '../server.ts'

export interface Rig {
  readonly folder: string
  readonly store: Store
  readonly server: DicomwebServer
  /** Of the root. */
  readonly url: string
  /** Of a path below the root. */
  readonly get: (path: string, init?: RequestInit) => Promise<Response>
  readonly search: (
    path: string,
  ) => Promise<{ readonly [tag: string]: { readonly vr: string; readonly Value?: readonly unknown[] } }[]>
  readonly put: (path: string, bytes: Uint8Array) => Promise<void>
  /** What went wrong behind the server. */
  readonly errors: unknown[]
}

export interface RigOptions extends Partial<DicomwebServerOptions> {
  readonly files?: Readonly<Record<string, Uint8Array>>
  /** Serves this folder instead of one of its own. */
  readonly folder?: string
}

/** A server over a folder, listening and indexed, for the length of a test. */
export async function rig({ files = {}, folder: given, ...options }: RigOptions = {}): Promise<Rig> {
  const own = await mkdtemp(join(tmpdir(), 'serve-'))
  const folder = given ?? join(own, 'store')
  const put = async (path: string, bytes: Uint8Array) => {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), bytes)
  }
  if (given === undefined) await mkdir(folder)
  for (const [path, bytes] of Object.entries(files)) await put(path, bytes)
  const store = new Store(fs({ root: folder }))
  const errors: unknown[] = []
  const server = createDicomwebServer({
    store,
    index: openIndexDatabase(join(own, 'index', 'index.sqlite')),
    path: '/dicom-web',
    onError: (error) => errors.push(error),
    ...options,
  })
  const served = await serveDicomweb(server, { onError: (error) => errors.push(error) })
  onTestFinished(async () => {
    await served.close(0)
    await server.close()
    await store.close()
    await rm(own, { recursive: true })
  })
  await server.refresh()
  const get = async (path: string, init?: RequestInit) => await fetch(`${served.url}${path}`, init)
  return {
    folder,
    store,
    server,
    url: served.url,
    get,
    async search(path) {
      const response = await get(path)
      if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`)
      return (await response.json()) as Awaited<ReturnType<Rig['search']>>
    },
    put,
    errors,
  }
}
