import { amongExtra, type S3Server } from '../s3-server.ts'
import { ask, titleOf } from './ask.ts'

/** A real server for a test file: `title` goes into the name of its tests, and says why they are skipped. */
export type RealS3Server = S3Server & { title: string }

/**
 * The real S3 servers of this test run, shared by all test files: use buckets of your own. The first call of a run
 * installs and starts them, so it belongs where no timeout runs: at the top of the file, with `await`.
 */
export async function realS3Servers(): Promise<RealS3Server[]> {
  return titled(await ask<S3Server>('s3'))
}

/** The same, and the old Ceph in runs without `--extra` too: for what every server has to be held to. */
export async function realS3ServersAndOld(): Promise<RealS3Server[]> {
  const servers = await ask<S3Server>('s3')
  const isLeftOut = ({ kind, unavailable }: S3Server) => kind === 'ceph' && unavailable === amongExtra
  const old = servers.some(isLeftOut) ? await ask<S3Server>('old-s3') : []
  return titled([...servers.filter((server) => !isLeftOut(server)), ...old])
}

function titled(servers: readonly S3Server[]): RealS3Server[] {
  return servers.map((server) => ({ ...server, title: titleOf(server) }))
}
