import { installMinio, minioUnavailable } from './minio/install-minio.ts'
import { minioName, startMinio } from './minio/start-minio.ts'
import { installRgw, rgwUnavailable } from './rgw/install-rgw.ts'
import { rgwName, startRgw } from './rgw/start-rgw.ts'
import { type RgwSuite, rgwSuites } from './rgw/suite.ts'
import { currentFeatures, type AvailableS3Server, type RunningS3Server, type S3Server } from './s3-server.ts'

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

  const running: RunningS3Server[] = []
  const attempt = async (name: string, kind: 'ceph' | 'minio', start: () => Promise<RunningS3Server | string>) => {
    const started = await start().catch((error: unknown) => String(error instanceof Error ? error.message : error))
    if (typeof started === 'string') return { name, kind, unavailable: started }
    running.push(started)
    return started
  }
  const servers = await Promise.all([
    attempt(rgwName({ suite: 'sid' }), 'ceph', () =>
      startSuite(options.extra ? ['sid', 'trixie'] : rgwSuites, options),
    ),
    ...(options.extra
      ? [
          attempt(rgwName({ suite: 'bookworm' }), 'ceph', () => startSuite(['bookworm'], options)),
          attempt(minioName, 'minio', () => startBuiltMinio(options)),
        ]
      : []),
  ])
  return {
    servers,
    stop: async () => {
      await Promise.all(running.map((server) => server.stop()))
    },
  }
}

/** The first of these suites that installs and starts: the newest Debian is at times in pieces. */
async function startSuite(suites: readonly RgwSuite[], { say }: Options): Promise<RunningS3Server | string> {
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

async function startBuiltMinio({ say }: Options): Promise<RunningS3Server | string> {
  const reason = await minioUnavailable()
  if (reason !== undefined) return reason
  await installMinio(say)
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
