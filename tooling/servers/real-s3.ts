import { buildWithGo, goUnavailable } from './machine/build-with-go.ts'
import { minio } from './minio/minio.ts'
import { startMinio } from './minio/start-minio.ts'
import { installRgw, rgwUnavailable } from './rgw/install-rgw.ts'
import { rgwName, startRgw } from './rgw/start-rgw.ts'
import { type RgwSuite, rgwSuites } from './rgw/suite.ts'
import {
  amongExtra,
  currentFeatures,
  type AvailableS3Server,
  type RunningS3Server,
  type S3Server,
} from './s3-server.ts'

export type RealS3 = { servers: S3Server[]; stop(): Promise<void> }

type Options = {
  /** Servers that take longer to get than most runs of the tests should. */
  extra: boolean
  /** What a person who waits wants to know. */
  say: (line: string) => void
}

/**
 * Every real S3 server that this machine can have, started; what it cannot have stands in the list with the reason.
 * GANTRY_TEST_S3=endpoint,key,secret[,region] names one that runs already, and is then the only one.
 */
export async function startRealS3(options: Options): Promise<RealS3> {
  const given = process.env['GANTRY_TEST_S3']
  if (given) return { servers: [givenServer(given)], stop: async () => {} }

  const { extra } = options
  const attempts: Attempt[] = [
    {
      name: rgwName({ suite: 'sid' }),
      kind: 'ceph',
      start: () => startSuite(extra ? ['sid', 'trixie'] : rgwSuites, options),
    },
    extra ? oldCeph(options) : { ...oldCeph(options), start: async () => amongExtra },
    { name: minio.name, kind: 'minio', start: async () => (extra ? await startBuiltMinio(options) : amongExtra) },
  ]
  return await startAll(attempts)
}

/** The old server by itself, for the few tests that every run holds it to. */
export async function startOldS3(options: Pick<Options, 'say'>): Promise<RealS3> {
  return await startAll([oldCeph(options)])
}

interface Attempt {
  readonly name: string
  readonly kind: 'ceph' | 'minio'
  /** The server, or why there is none. */
  readonly start: () => Promise<RunningS3Server | string>
}

function oldCeph({ say }: Pick<Options, 'say'>): Attempt {
  return { name: rgwName({ suite: 'bookworm' }), kind: 'ceph', start: () => startSuite(['bookworm'], { say }) }
}

async function startAll(attempts: readonly Attempt[]): Promise<RealS3> {
  const running: RunningS3Server[] = []
  const servers = await Promise.all(
    attempts.map(async ({ name, kind, start }) => {
      const started = await start().catch((error: unknown) => String(error instanceof Error ? error.message : error))
      if (typeof started === 'string') return { name, kind, unavailable: started }
      running.push(started)
      return started
    }),
  )
  return {
    servers,
    stop: async () => {
      await Promise.all(running.map((server) => server.stop()))
    },
  }
}

/** The first of these suites that installs and starts: the newest Debian is at times in pieces. */
async function startSuite(
  suites: readonly RgwSuite[],
  { say }: Pick<Options, 'say'>,
): Promise<RunningS3Server | string> {
  const reason = await rgwUnavailable()
  if (reason !== undefined) return reason
  const failures: string[] = []
  for (const suite of suites) {
    try {
      await installRgw(suite, say)
      const server = await startRgw({ suite })
      const insteadOf = failures.length > 0 ? `, in place of ${suites[0]}: ${failures.join('; ')}` : ''
      return { ...server, name: `${server.name}${insteadOf}` }
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error))
    }
  }
  return failures.join('; ')
}

async function startBuiltMinio({ say }: Pick<Options, 'say'>): Promise<RunningS3Server | string> {
  const reason = await goUnavailable(minio)
  if (reason !== undefined) return reason
  await buildWithGo(minio, say)
  return startMinio()
}

function givenServer(text: string): AvailableS3Server {
  const [endpoint, accessKey, secretKey, region = 'us-east-1'] = text.split(',')
  if (!endpoint || !accessKey || !secretKey) throw new Error('GANTRY_TEST_S3 must be endpoint,key,secret[,region]')
  return {
    name: 'the server of GANTRY_TEST_S3',
    kind: 'other',
    features: currentFeatures,
    endpoint,
    accessKey,
    secretKey,
    region,
    pathStyle: true,
  }
}
