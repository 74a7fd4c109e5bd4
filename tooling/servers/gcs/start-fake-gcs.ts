import { join } from 'node:path'
import { freePort } from '../machine/free-port.ts'
import { makeInstanceFolder } from '../machine/instance-folder.ts'
import { startServerProcess } from '../machine/server-process.ts'
import type { RunningGcsServer } from '../gcs-server.ts'
import { runServer } from '../running-server.ts'
import { buildWithGo } from '../machine/build-with-go.ts'
import { fakeGcs } from './fake-gcs.ts'

/** Starts a new, empty fake-gcs-server on a free port; it needs no root, and ends with this process. */
export async function startFakeGcs(): Promise<RunningGcsServer> {
  const binary = await buildWithGo(fakeGcs)
  const port = await freePort()
  const endpoint = `http://127.0.0.1:${port}`
  const where = [
    '-scheme',
    'http',
    '-host',
    '127.0.0.1',
    '-port',
    String(port),
    '-external-url',
    endpoint,
    '-public-host',
    `127.0.0.1:${port}`,
  ]
  const supervise = join(import.meta.dirname, '../machine/supervise.sh')
  return await runServer({ name: fakeGcs.name, endpoint }, makeInstanceFolder(), () =>
    startServerProcess('bash', [
      supervise,
      String(port),
      binary,
      '-backend',
      'memory',
      '-log-level',
      'error',
      ...where,
    ]),
  )
}
