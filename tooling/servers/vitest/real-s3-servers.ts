import { get } from 'node:http'
import { inject } from 'vitest'
import type { S3Server } from '../s3-server.ts'
import { brokerKey } from './broker-key.ts'

export { startRgw } from '../rgw/start-rgw.ts'
export { rgwUnavailable } from '../rgw/install-rgw.ts'
export type { AvailableS3Server, RunningS3Server, S3Access, S3Features, S3Server } from '../s3-server.ts'

/** A real server for a test file: `title` goes into the name of its tests, and says why they are skipped. */
export type RealS3Server = S3Server & { title: string }

/**
 * The real S3 servers of this test run, shared by all test files: use buckets of your own. The first call of a run
 * installs and starts them, so it belongs where no timeout runs: at the top of the file, with `await`.
 */
export async function realS3Servers(): Promise<RealS3Server[]> {
  const servers: S3Server[] = await ask(inject(brokerKey))
  return servers.map((server) => ({ ...server, title: titleOf(server) }))
}

function titleOf({ name, unavailable }: S3Server): string {
  return unavailable === undefined ? name : `${name} [${unavailable}]`
}

// `fetch` gives up after five minutes, and a first installation may take longer on a slow network.
function ask(url: string): Promise<S3Server[]> {
  return new Promise((resolve, reject) => {
    get(url, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('end', () => (response.statusCode === 200 ? resolve(JSON.parse(text)) : reject(new Error(text))))
    }).on('error', reject)
  })
}
