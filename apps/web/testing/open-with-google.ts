import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { type GoogleProject, type GoogleServer, startGoogle, webClient } from '@gantry-tooling/servers/google'
import { openDemo } from '@gantry-tooling/start/demo'
import { freePort } from '@gantry-tooling/start/free-port'
import { Store } from '@gantry/core'
import { fs } from '@gantry/fs'
import { createDicomwebServer } from '@gantry/serve'
import { openIndexDatabase, serveDicomweb } from '@gantry/serve/node'
import { onTestFinished } from 'vitest'

const projects: readonly GoogleProject[] = [
  { projectId: 'radiology', locations: { 'us-central1': { ct: ['trial', 'routine'], closed: ['secret'] } } },
  { projectId: 'research', locations: { eu: { mr: ['brain'] } } },
]

/** A hub whose app knows a Google, which has the same studies in every store. */
export async function openWithGoogle({
  pages,
  studies,
  cod,
}: {
  /** The app, built. */
  readonly pages: string
  readonly studies: string
  /** A tree of Cloud Optimized DICOM that the hub offers too. */
  readonly cod?: string
}): Promise<{ readonly url: string; readonly google: GoogleServer }> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-google-'))
  onTestFinished(async () => await rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  const store = new Store(fs({ root: studies }))
  const server = createDicomwebServer({ store, index: openIndexDatabase(join(folder, 'index.sqlite')) })
  await server.refresh()
  const dicomweb = await serveDicomweb(server)
  const port = await freePort()
  const redirectUris = [`http://127.0.0.1:${port}/signed-in`]
  const google = await startGoogle({
    clients: [{ ...webClient, redirectUris }],
    projects,
    dicomweb: dicomweb.url,
  })
  google.controls.denied.push({
    resource: 'projects/radiology/locations/us-central1/datasets/closed',
    permission: 'healthcare.dicomStores.list',
  })
  const { url: baseUrl, endpoints } = google
  const config = { clientId: webClient.clientId, endpoints, baseUrl, projectsUrl: baseUrl }
  const demo = await openDemo({
    folder: join(folder, 'demo'),
    pages,
    studies,
    ...(cod !== undefined && { cod }),
    port,
    google: { config, origins: [baseUrl] },
  })
  onTestFinished(async () => {
    await demo.close()
    await google.stop()
    await dicomweb.close()
    await server.close()
    await store.close()
  })
  return { url: demo.url, google }
}
