import {
  type DeveloperServer,
  holdServer,
  runningServers,
  startInBackground,
  stopInBackground,
  type Wanted,
} from './developer.ts'
import { fakeGcs } from './gcs/fake-gcs.ts'
import { kubo } from './kubo/kubo.ts'
import { buildWithGo } from './machine/build-with-go.ts'
import { minio } from './minio/minio.ts'
import { installOrthanc, isOrthancSuite, orthancSuites, orthancUnavailable } from './orthanc/install-orthanc.ts'
import { installRgw, rgwUnavailable } from './rgw/install-rgw.ts'
import { isRgwSuite, rgwSuites } from './rgw/suite.ts'

const USAGE = `Real servers for development, on 127.0.0.1 and a free port. The tests start their own.

  node tooling/servers/main.ts setup  rgw [${rgwSuites.join('|')}]    install it (once; start does so too)
  node tooling/servers/main.ts start  rgw [${rgwSuites.join('|')}]    start it in the background
  node tooling/servers/main.ts start  orthanc [${orthancSuites.join('|')}]
  node tooling/servers/main.ts start  minio
  node tooling/servers/main.ts start  gcs
  node tooling/servers/main.ts start  kubo
  node tooling/servers/main.ts status                         what runs
  node tooling/servers/main.ts stop                           stop what start started`

const built = { minio, gcs: fakeGcs, kubo }

async function main([command, kind = 'rgw', suite]: string[]): Promise<void> {
  if (command === 'status') return runningServers().forEach(show)
  if (command === 'stop') return stopInBackground()
  const wanted = wantedOf(kind, suite)
  if (command === 'setup') return setup(wanted)
  if (command === 'hold') return holdServer(wanted)
  if (command !== 'start') throw new UsageError()
  await setup(wanted)
  show(await startInBackground(wanted))
}

function wantedOf(kind: string, suite: string | undefined): Wanted {
  if (kind === 'minio' || kind === 'gcs' || kind === 'kubo') return { kind }
  const [rgw, orthanc] = [suite ?? 'sid', suite ?? 'bookworm']
  if (kind === 'rgw' && isRgwSuite(rgw)) return { kind, suite: rgw }
  if (kind === 'orthanc' && isOrthancSuite(orthanc)) return { kind, suite: orthanc }
  throw new UsageError()
}

async function setup(wanted: Wanted): Promise<void> {
  if (wanted.kind !== 'rgw' && wanted.kind !== 'orthanc') {
    await buildWithGo(built[wanted.kind], console.error)
    return
  }
  const reason = await (wanted.kind === 'rgw' ? rgwUnavailable() : orthancUnavailable())
  if (reason !== undefined) throw new Error(`${wanted.kind} ${reason}`)
  if (wanted.kind === 'rgw') await installRgw(wanted.suite, console.error)
  else await installOrthanc(wanted.suite, console.error)
}

function show({ pid, name, access }: DeveloperServer): void {
  console.log(`${name}  ${access}  (process ${pid})`)
}

class UsageError extends Error {}

try {
  await main(process.argv.slice(2))
} catch (error) {
  const usage = error instanceof UsageError
  console.error(usage ? USAGE : error instanceof Error ? error.message : error)
  process.exitCode = usage ? 2 : 1
}
