import { existsSync, readFileSync } from 'node:fs'
import { platform } from 'node:os'
import { userId } from './folders.ts'
import { run, tail } from './run.ts'

export function isDebian(): boolean {
  return existsSync('/etc/debian_version') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'))
}

export function isRoot(): boolean {
  return platform() !== 'win32' && userId() === 0
}

/** Installs what is missing of these Debian packages. Returns why it could not, or undefined when all are there. */
export async function ensureDebianPackages(packages: readonly string[]): Promise<string | undefined> {
  const present = await Promise.all(packages.map(isInstalled))
  const missing = packages.filter((_, index) => !present[index])
  if (missing.length === 0) return undefined
  const names = missing.join(', ')
  if (!isDebian()) return `${names} not found, and this is not Debian`
  if (!isRoot()) return `${names} not installed, and only root can install`
  // A fresh machine has no package lists, an older one may have outdated lists: both show as a failed install.
  if ((await aptGet(['install', '--no-install-recommends', ...missing])).ok) return undefined
  await aptGet(['update'])
  const installed = await aptGet(['install', '--no-install-recommends', ...missing])
  return installed.ok ? undefined : `${names} could not be installed: ${tail(installed.output)}`
}

async function isInstalled(name: string): Promise<boolean> {
  const { ok, output } = await run('dpkg-query', ['--show', '--showformat', '${db:Status-Status}', name])
  return ok && output === 'installed'
}

function aptGet(args: readonly string[]) {
  return run('apt-get', ['--yes', '--quiet', '-o', 'DPkg::Lock::Timeout=300', ...args], {
    DEBIAN_FRONTEND: 'noninteractive',
    LC_ALL: 'C',
  })
}
