import { type DeveloperServer, startInBackground, holdServer, runningServers, stopInBackground } from './developer.ts'
import { installMinio } from './minio/install-minio.ts'
import { installRgw, rgwUnavailable } from './rgw/install-rgw.ts'
import { isRgwSuite, type RgwSuite, rgwSuites } from './rgw/suite.ts'

const USAGE = `Real servers for development, on 127.0.0.1 and a free port. The tests start their own.

  node tooling/servers/main.ts setup  rgw [${rgwSuites.join('|')}]    install it (once; start does so too)
  node tooling/servers/main.ts start  rgw [${rgwSuites.join('|')}]    start it in the background
  node tooling/servers/main.ts start  minio
  node tooling/servers/main.ts status                         what runs
  node tooling/servers/main.ts stop                           stop what start started`

async function main([command, kind = 'rgw', suite = 'sid']: string[]): Promise<void> {
  if (command === 'status') return runningServers().forEach(show)
  if (command === 'stop') return stopInBackground()
  if (kind !== 'rgw' && kind !== 'minio') throw new UsageError()
  if (!isRgwSuite(suite)) throw new UsageError()
  if (command === 'setup') return setup(kind, suite)
  if (command === 'hold') return holdServer(kind, suite)
  if (command !== 'start') throw new UsageError()
  await setup(kind, suite)
  show(await startInBackground(kind, suite))
}

async function setup(kind: 'rgw' | 'minio', suite: RgwSuite): Promise<void> {
  if (kind === 'minio') {
    await installMinio(console.error)
    return
  }
  const reason = await rgwUnavailable()
  if (reason !== undefined) throw new Error(`Ceph ${reason}`)
  await installRgw(suite, console.error)
}

function show({ pid, name, endpoint, accessKey, secretKey, region }: DeveloperServer): void {
  console.log(`${name}  ${endpoint}  ${accessKey} ${secretKey}  ${region}, path style  (process ${pid})`)
}

class UsageError extends Error {}

try {
  await main(process.argv.slice(2))
} catch (error) {
  const usage = error instanceof UsageError
  console.error(usage ? USAGE : error instanceof Error ? error.message : error)
  process.exitCode = usage ? 2 : 1
}
