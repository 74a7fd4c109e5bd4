import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureDebianPackages, isDebian, isRoot } from '../machine/debian.ts'
import { serversFolder } from '../machine/folders.ts'
import { run, tail } from '../machine/run.ts'
import type { RgwSuite } from './suite.ts'

const PACKAGES = ['radosgw', 'ceph-mon', 'ceph-osd', 'ceph-mgr', 'ceph-common']

/** Mounts and processes that cannot outlive the command, whatever ends it. */
export const ownNamespaces = ['--mount', '--pid', '--fork', '--kill-child']

export type InstalledRgw = { suite: RgwSuite; root: string; version: string }

/** Why this machine cannot run Ceph at all, or undefined when it can. */
export async function rgwUnavailable(): Promise<string | undefined> {
  if (!isRoot()) return 'needs root to install Ceph; or set GANTRY_TEST_S3=endpoint,key,secret'
  if (!isDebian()) return 'needs Debian to install Ceph; or set GANTRY_TEST_S3=endpoint,key,secret'
  const namespaces = await run('unshare', [...ownNamespaces, 'true'])
  return namespaces.ok ? undefined : `may not make namespaces here: ${tail(namespaces.output)}`
}

/** Installs the gateway of a suite into a Debian root of its own, once; a later call finds it there. */
export async function installRgw(suite: RgwSuite, say: (line: string) => void = () => {}): Promise<InstalledRgw> {
  const root = join(serversFolder(), suite)
  if (!existsSync(join(root, '.installed'))) {
    say(`installing Ceph RGW of Debian ${suite} into ${root} (once, about a minute)`)
    const missing = await ensureDebianPackages(['debootstrap', 'ca-certificates'])
    if (missing !== undefined) throw new Error(missing)
  }
  const script = join(import.meta.dirname, 'install.sh')
  const { ok, output } = await run('unshare', [
    ...ownNamespaces,
    '--mount-proc',
    'sh',
    script,
    root,
    suite,
    ...PACKAGES,
  ])
  if (!ok) throw new Error(`Ceph RGW of Debian ${suite} could not be installed: ${tail(output)}`)
  // 16.2.15+ds-0+deb12u2
  const [version = ''] = readFileSync(join(root, '.version'), 'utf8').split(/[+-]/)
  return { suite, root, version }
}
