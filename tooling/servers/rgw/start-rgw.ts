import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeDataFolder, startInDebianRoot } from '../machine/debian-root/debian-root.ts'
import { freePort } from '../machine/free-port.ts'
import { makeInstanceFolder } from '../machine/instance-folder.ts'
import type { ServerProcess } from '../machine/server-process.ts'
import { runServer } from '../running-server.ts'
import { type AvailableS3Server, currentFeatures, oldFeatures, type RunningS3Server } from '../s3-server.ts'
import { cephConf, type CephPorts, monAddress } from './ceph-conf.ts'
import { type InstalledRgw, installRgw } from './install-rgw.ts'
import type { RgwSuite } from './suite.ts'

const FIRST_WITH_CURRENT_FEATURES = 20
const ACCESS_KEY = 'testaccess'
const SECRET_KEY = 'testsecret'

/**
 * Installs Ceph RGW of the suite where it is not yet, and starts a new, empty cluster on free ports. Every process of
 * it runs as nobody, on 127.0.0.1, and ends with this one.
 */
export async function startRgw(options: { suite: RgwSuite }): Promise<RunningS3Server> {
  const installed = await installRgw(options.suite)
  // Somebody may be faster on a port that was free.
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOn(installed, { mon: await freePort(), rgw: await freePort() })
    } catch (error) {
      if (attempt === 3) throw error
    }
  }
}

async function startOn(installed: InstalledRgw, ports: CephPorts): Promise<RunningS3Server> {
  const folder = makeInstanceFolder()
  const data = makeDataFolder(folder)
  writeFileSync(join(data, 'ceph.conf'), cephConf(randomUUID(), ports))

  const current = Number.parseInt(installed.version, 10) >= FIRST_WITH_CURRENT_FEATURES
  const server: AvailableS3Server = {
    name: rgwName(installed),
    kind: 'ceph',
    features: current ? currentFeatures : oldFeatures,
    endpoint: `http://127.0.0.1:${ports.rgw}`,
    accessKey: ACCESS_KEY,
    secretKey: SECRET_KEY,
    region: 'us-east-1',
    pathStyle: true,
  }
  return runServer(server, folder, () => launch(installed.root, data, ports))
}

/** The suite tells two builds of one version apart. */
export function rgwName({ version, suite }: { version?: string; suite: RgwSuite }): string {
  return version === undefined ? `ceph-rgw (${suite})` : `ceph-rgw-${version} (${suite})`
}

function launch(root: string, data: string, ports: CephPorts): Promise<ServerProcess> {
  const script = join(import.meta.dirname, 'cluster.sh')
  return startInDebianRoot(root, data, script, [monAddress(ports), String(ports.rgw), ACCESS_KEY, SECRET_KEY])
}
