import { debianRootsUnavailable, installDebianRoot, type InstalledRoot } from '../machine/debian-root/debian-root.ts'
import type { RgwSuite } from './suite.ts'

const TITLE = 'Ceph RGW'
const PACKAGES = ['radosgw', 'ceph-mon', 'ceph-osd', 'ceph-mgr', 'ceph-common']

export type InstalledRgw = InstalledRoot & { suite: RgwSuite }

/** Why this machine cannot run Ceph at all, or undefined when it can. */
export function rgwUnavailable(): Promise<string | undefined> {
  return debianRootsUnavailable('Ceph', 'GANTRY_TEST_S3=endpoint,key,secret')
}

/** Installs the gateway of a suite into a Debian root of its own, once; a later call finds it there. */
export async function installRgw(suite: RgwSuite, say?: (line: string) => void): Promise<InstalledRgw> {
  const root = { title: TITLE, folder: suite, suite, packages: PACKAGES, takes: 'a minute' }
  return { ...(await installDebianRoot(root, say)), suite }
}
