import { chownSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureDebianPackages, isDebian, isRoot } from '../debian.ts'
import { serversFolder } from '../folders.ts'
import { run, tail } from '../run.ts'
import { type ServerProcess, startServerProcess } from '../server-process.ts'

const NOBODY = 65_534

/** Mounts and processes that cannot outlive the command, whatever ends it. */
const ownNamespaces = ['--mount', '--pid', '--fork', '--kill-child']

/** A Debian in a folder of its own, so that what is installed there neither needs nor changes the machine's own suite. */
export type DebianRoot = {
  /** What is installed, for people who wait: "Ceph RGW". */
  title: string
  /** Below the folder of all servers. */
  folder: string
  suite: string
  /** The first one gives its version. */
  packages: readonly string[]
  /** Whole seconds or minutes, for people who wait. */
  takes: string
}

export type InstalledRoot = { root: string; version: string }

/** Why this machine cannot run servers in Debian roots at all, or undefined when it can. */
export async function debianRootsUnavailable(title: string, instead: string): Promise<string | undefined> {
  if (!isRoot()) return `needs root to install ${title}; or set ${instead}`
  if (!isDebian()) return `needs Debian to install ${title}; or set ${instead}`
  const namespaces = await run('unshare', [...ownNamespaces, 'true'])
  return namespaces.ok ? undefined : `may not make namespaces here: ${tail(namespaces.output)}`
}

/** Installs it, once; a later call finds it there. */
export async function installDebianRoot(
  { title, folder, suite, packages, takes }: DebianRoot,
  say: (line: string) => void = () => {},
): Promise<InstalledRoot> {
  const root = join(serversFolder(), folder)
  if (!existsSync(join(root, '.installed'))) {
    say(`installing ${title} of Debian ${suite} into ${root} (once, about ${takes})`)
    const missing = await ensureDebianPackages(['debootstrap', 'ca-certificates'])
    if (missing !== undefined) throw new Error(missing)
  }
  const script = join(import.meta.dirname, 'install.sh')
  const command = [...ownNamespaces, '--mount-proc', 'sh', script, root, suite, ...packages]
  const { ok, output } = await run('unshare', command)
  if (!ok) throw new Error(`${title} of Debian ${suite} could not be installed: ${tail(output)}`)
  // 16.2.15+ds-0+deb12u2
  const [version = ''] = readFileSync(join(root, '.version'), 'utf8').split(/[+-]/)
  return { root, version }
}

/** The folder that a script sees as /mnt, in a folder of the server's own; it may write there. */
export function makeDataFolder(instanceFolder: string): string {
  const data = join(instanceFolder, 'data')
  mkdirSync(data)
  chownSync(data, NOBODY, NOBODY)
  return data
}

/** Runs a script as nobody inside the root, with the data at /mnt. */
export function startInDebianRoot(
  root: string,
  data: string,
  script: string,
  args: readonly string[],
): Promise<ServerProcess> {
  const enter = join(import.meta.dirname, 'namespace.sh')
  return startServerProcess('unshare', [...ownNamespaces, 'sh', enter, root, data, script, ...args])
}
