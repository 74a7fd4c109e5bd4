import type { GcsServer } from '../gcs-server.ts'
import { ask, titleOf } from './ask.ts'

/** A real server for a test file: `title` goes into the name of its tests, and says why they are skipped. */
export type RealGcsServer = GcsServer & { title: string }

/** The servers of Cloud Storage of this test run, shared by all test files: use buckets of your own. */
export async function realGcsServers(): Promise<RealGcsServer[]> {
  const servers = await ask<GcsServer>('gcs')
  return servers.map((server) => ({ ...server, title: titleOf(server) }))
}
