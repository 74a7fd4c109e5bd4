import { join } from 'node:path'
import { buildWithGo } from '../machine/build-with-go.ts'
import { freePort } from '../machine/free-port.ts'
import { makeInstanceFolder } from '../machine/instance-folder.ts'
import { run, tail } from '../machine/run.ts'
import { type ServerProcess, startServerProcess } from '../machine/server-process.ts'
import { runServer } from '../running-server.ts'
import { kubo, type RunningKubo } from './kubo.ts'

/** Starts a new, empty Kubo node that knows no other, on free ports; it needs no root, and ends with this process. */
export async function startKubo(): Promise<RunningKubo> {
  const binary = await buildWithGo(kubo)
  const folder = makeInstanceFolder()
  const [api, gateway] = [await freePort(), await freePort()]
  const server = { name: kubo.name, api: `http://127.0.0.1:${api}`, gateway: `http://127.0.0.1:${gateway}` }
  const repository = { IPFS_PATH: join(folder, 'repository'), IPFS_TELEMETRY: 'off' }
  return await runServer(server, folder, async () => {
    await prepare(binary, repository, { api, gateway })
    // The gateway is the last of it to listen.
    return await launch(binary, repository, gateway)
  })
}

type Repository = { IPFS_PATH: string; IPFS_TELEMETRY: string }

/** Of the profile `test` a node listens on loopback alone, and looks for nobody. */
async function prepare(binary: string, repository: Repository, ports: { api: number; gateway: number }): Promise<void> {
  const listen = (port: number) => `/ip4/127.0.0.1/tcp/${port}`
  const commands = [
    ['config', 'Addresses.API', listen(ports.api)],
    ['config', 'Addresses.Gateway', listen(ports.gateway)],
  ]
  // It is started again with the repository that it had.
  const isNew = !(await run(binary, ['config', 'Addresses.API'], repository)).ok
  for (const command of [...(isNew ? [['init', '--profile', 'test']] : []), ...commands]) {
    const { ok, output } = await run(binary, command, repository)
    if (!ok) throw new Error(`Kubo could not be set up: ${tail(output)}`)
  }
}

async function launch(binary: string, repository: Repository, port: number): Promise<ServerProcess> {
  const environment = Object.entries(repository).map(([name, value]) => `${name}=${value}`)
  const supervise = join(import.meta.dirname, '../machine/supervise.sh')
  const node = [binary, 'daemon', '--offline', '--migrate=false']
  return await startServerProcess('env', [...environment, 'bash', supervise, String(port), ...node])
}
