import { join } from 'node:path'
import { freePort } from '../machine/free-port.ts'
import { makeInstanceFolder } from '../machine/instance-folder.ts'
import { type ServerProcess, startServerProcess } from '../machine/server-process.ts'
import { runServer } from '../running-server.ts'
import { type AvailableS3Server, currentFeatures, type RunningS3Server } from '../s3-server.ts'
import { buildWithGo } from '../machine/build-with-go.ts'
import { minio } from './minio.ts'

const ACCESS_KEY = 'testaccess'
const SECRET_KEY = 'testsecret'

/** Starts a new, empty MinIO on a free port; it needs no root, and ends with this process. */
export async function startMinio(): Promise<RunningS3Server> {
  const binary = await buildWithGo(minio)
  const folder = makeInstanceFolder()
  const port = await freePort()
  const server: AvailableS3Server = {
    name: minio.name,
    kind: 'minio',
    features: currentFeatures,
    endpoint: `http://127.0.0.1:${port}`,
    accessKey: ACCESS_KEY,
    secretKey: SECRET_KEY,
    region: 'us-east-1',
    pathStyle: true,
  }
  return runServer(server, folder, () => launch(binary, folder, port))
}

async function launch(binary: string, folder: string, port: number): Promise<ServerProcess> {
  const address = `127.0.0.1:${port}`
  const server = await startServerProcess('env', [
    `MINIO_ROOT_USER=${ACCESS_KEY}`,
    `MINIO_ROOT_PASSWORD=${SECRET_KEY}`,
    'MINIO_BROWSER=off',
    'bash',
    join(import.meta.dirname, '../machine/supervise.sh'),
    String(port),
    binary,
    'server',
    '--quiet',
    '--address',
    address,
    join(folder, 'data'),
  ])
  // It listens before it is ready to answer.
  for (let wait = 0; wait < 300; wait++) {
    const response = await fetch(`http://${address}/minio/health/ready`).catch(() => undefined)
    if (response?.ok) return server
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  await server.kill()
  throw new Error('MinIO listened, but was not ready after 30 s')
}
