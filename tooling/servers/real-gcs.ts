import type { GcsServer, RunningGcsServer } from './gcs-server.ts'
import { fakeGcsName, fakeGcsUnavailable, installFakeGcs } from './gcs/install-fake-gcs.ts'
import { startFakeGcs } from './gcs/start-fake-gcs.ts'

type Options = {
  /** Servers that take longer to get than most runs of the tests should. */
  extra: boolean
  /** What a person who waits wants to know. */
  say: (line: string) => void
}

/** Every server of Cloud Storage that this machine can have, started; what it cannot have is there with the reason. */
export async function startRealGcs({ extra, say }: Options): Promise<{ servers: GcsServer[]; stop(): Promise<void> }> {
  const unavailable = extra ? await fakeGcsUnavailable() : 'among the extra tests'
  if (unavailable !== undefined) return { servers: [{ name: fakeGcsName, unavailable }], stop: async () => {} }
  try {
    await installFakeGcs(say)
    const running: RunningGcsServer = await startFakeGcs()
    return { servers: [running], stop: () => running.stop() }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { servers: [{ name: fakeGcsName, unavailable: reason }], stop: async () => {} }
  }
}
