import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { WorkspacePackage } from '@gantry-tooling/checks/workspace'

import type { Registry } from './registry.ts'
import { run } from './run.ts'

export interface Tarball {
  readonly name: string
  readonly version: string
  readonly path: string
  readonly size: number
  readonly sha256: string
}

/** Packs a package as `pnpm publish` would: what is `workspace:` becomes a version, and `publishConfig` is applied. */
export async function packInto(target: string, root: string, member: WorkspacePackage, signal: AbortSignal) {
  const folder = join(target, member.name.replace('/', '-'))
  await mkdir(folder, { recursive: true })
  await run('pnpm', ['pack', '--silent', '--pack-destination', folder], { cwd: join(root, member.folder), signal })
  const [file = ''] = await readdir(folder)
  const path = join(folder, file)
  const bytes = await readFile(path)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const tarball: Tarball = {
    name: member.name,
    version: String(member.manifest['version']),
    path,
    size: bytes.length,
    sha256,
  }
  return tarball
}

/** Publishes tarballs. Provenance can be attested by a CI service alone, so that one thing is left out. */
export async function publishTo(registry: Registry, folder: string, tarballs: readonly Tarball[], signal: AbortSignal) {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, '.npmrc'), registry.wholeNpmrc)
  // Named where nothing stands above it: whatever else is configured, nothing is to be published anywhere else.
  const here = [`--registry=${registry.url}`, `--@gantry:registry=${registry.url}`]
  const options = [...here, '--provenance=false', '--loglevel=error', '--cache', join(folder, 'cache')]
  for (const { path } of tarballs) await run('npm', ['publish', path, ...options], { cwd: folder, signal })
}
