import { installOrthanc, orthancUnavailable } from './install-orthanc.ts'
import { type AvailableOrthanc, orthancAccess, type OrthancServer, type RunningOrthanc } from './orthanc-server.ts'
import { orthancName, startOrthanc, type StartOrthanc } from './start-orthanc.ts'

export type RealOrthanc = { servers: OrthancServer[]; stop(): Promise<void> }

// A password that has to be encoded to be sent, in case somebody does not.
const WANTED: readonly StartOrthanc[] = [
  { suite: 'bookworm' },
  { suite: 'bookworm', login: { user: 'reader', password: 'pa:ss wörd' } },
]

/**
 * Every Orthanc that the tests run against, started; what this machine cannot have stands in the list with the reason.
 * GANTRY_TEST_ORTHANC=url[,user,password] names one that runs already, and is then the only one.
 */
export async function startRealOrthanc(say: (line: string) => void): Promise<RealOrthanc> {
  const given = process.env['GANTRY_TEST_ORTHANC']
  if (given) return { servers: [givenOrthanc(given)], stop: async () => {} }

  const reason = await orthancUnavailable()
  const running: RunningOrthanc[] = []
  const servers = await Promise.all(
    WANTED.map(async (wanted): Promise<OrthancServer> => {
      if (reason !== undefined) return { name: orthancName(undefined, wanted), unavailable: reason }
      try {
        await installOrthanc(wanted.suite ?? 'bookworm', say)
        const server = await startOrthanc(wanted)
        running.push(server)
        return server
      } catch (error) {
        const unavailable = error instanceof Error ? error.message : String(error)
        return { name: orthancName(undefined, wanted), unavailable }
      }
    }),
  )
  return {
    servers,
    stop: async () => {
      await Promise.all(running.map((server) => server.stop()))
    },
  }
}

function givenOrthanc(text: string): AvailableOrthanc {
  const [url, user, password] = text.split(',')
  if (!url || (user && !password)) throw new Error('GANTRY_TEST_ORTHANC must be url[,user,password]')
  const login = user && password ? { user, password } : undefined
  return { name: 'the Orthanc of GANTRY_TEST_ORTHANC', ...orthancAccess(url.replace(/\/+$/u, ''), login) }
}
