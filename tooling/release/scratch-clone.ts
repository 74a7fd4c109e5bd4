import { cp, mkdir, symlink } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

import { publishedPackages } from '@gantry-tooling/checks/packages'
import { readWorkspace, type WorkspacePackage } from '@gantry-tooling/checks/workspace'

import { run, type Running } from './run.ts'

/** A clone of the repository whose packages have the versions and changelogs of the next release, and their builds. */
export interface ScratchClone {
  readonly folder: string
  readonly packages: readonly WorkspacePackage[]
}

/**
 * Clones the checkout as it is now, uncommitted changes included, gives its packages the versions that the changesets
 * ask for, and puts the builds beside them. Packages are linked to each other, which is what packing needs.
 */
export async function scratchClone(root: string, folder: string, signal: AbortSignal): Promise<ScratchClone> {
  const there: Running = { cwd: root, signal }
  await run('git', ['clone', '--quiet', '--shared', '--no-checkout', root, folder], there)
  const files = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], there)
  for (const file of files.split('\0')) {
    // What is deleted and not committed is listed, and not there.
    if (file === '' || !existsSync(join(root, file))) continue
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await cp(join(root, file), join(folder, file), { verbatimSymlinks: true })
  }
  await run('changeset', ['version'], { cwd: folder, signal })
  const packages = publishedPackages(readWorkspace(folder))
  for (const member of packages) {
    await cp(join(root, member.folder, 'dist'), join(folder, member.folder, 'dist'), { recursive: true })
    await linkOthers(folder, member, packages)
  }
  return { folder, packages }
}

async function linkOthers(root: string, { folder, manifest }: WorkspacePackage, all: readonly WorkspacePackage[]) {
  const { dependencies, devDependencies, peerDependencies } = manifest
  const names = Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies })
  for (const other of all.filter(({ name }) => names.includes(name))) {
    const link = join(root, folder, 'node_modules', other.name)
    // The installation that changesets end with may have made it.
    if (existsSync(link)) continue
    await mkdir(dirname(link), { recursive: true })
    await symlink(relative(dirname(link), join(root, other.folder)), link)
  }
}

/** What of the versions and changelogs is not as a release needs it. */
export function versionProblems({ packages, folder }: ScratchClone): string[] {
  return packages.flatMap(({ name, manifest, folder: own }) => [
    ...(manifest['version'] === '0.0.0' ? [`${name} would not be published: no changeset names it`] : []),
    ...(existsSync(join(folder, own, 'CHANGELOG.md')) ? [] : [`${name} has no changelog`]),
  ])
}
