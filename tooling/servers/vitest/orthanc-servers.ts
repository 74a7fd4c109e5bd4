import type { OrthancServer } from '../orthanc/orthanc-server.ts'
import { ask, titleOf } from './ask.ts'

/** An Orthanc for a test file: `title` goes into the name of its tests, and says why they are skipped. */
export type RealOrthancServer = OrthancServer & { title: string }

/**
 * The Orthancs of this test run, without and with a password, shared by all test files: use studies of your own, with
 * UIDs of your own, and search by those. The first call of a run installs and starts them, so it belongs where no
 * timeout runs: at the top of the file, with `await`.
 */
export async function orthancServers(): Promise<RealOrthancServer[]> {
  const servers = await ask<OrthancServer>('orthanc')
  return servers.map((server) => ({ ...server, title: titleOf(server) }))
}
