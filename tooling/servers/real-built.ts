import { buildWithGo, type GoServer, goUnavailable } from './machine/build-with-go.ts'
import type { RunningServer } from './running-server.ts'
import { amongExtra } from './s3-server.ts'

type Options = {
  /** Servers that take longer to get than most runs of the tests should. */
  extra: boolean
  /** What a person who waits wants to know. */
  say: (line: string) => void
}

type Unavailable = { name: string; unavailable: string }

/** One of a kind that is built here, started; or the reason why there is none. */
export async function startRealBuilt<Server extends RunningServer>(
  server: GoServer,
  start: () => Promise<Server>,
  { extra, say }: Options,
): Promise<{ servers: (Server | Unavailable)[]; stop(): Promise<void> }> {
  const { name } = server
  const lacking = (unavailable: string) => ({ servers: [{ name, unavailable }], stop: async () => {} })
  const unavailable = extra ? await goUnavailable(server) : amongExtra
  if (unavailable !== undefined) return lacking(unavailable)
  try {
    await buildWithGo(server, say)
    const running = await start()
    return { servers: [running], stop: () => running.stop() }
  } catch (error) {
    return lacking(error instanceof Error ? error.message : String(error))
  }
}
