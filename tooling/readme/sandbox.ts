import { existsSync, globSync, mkdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A package of the workspace that is published; `folder` is relative to the workspace's root. */
export interface PublishedPackage {
  readonly name: string
  readonly folder: string
  readonly dependencies: readonly string[]
}

export function publishedPackages(root: string): PublishedPackage[] {
  const folders = ['packages/*', 'packages/adapters/*', 'packages/plugins/*']
  return globSync(
    folders.map((folder) => `${folder}/package.json`),
    { cwd: root },
  )
    .toSorted()
    .flatMap((path) => {
      const manifest = JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest
      const { name, dependencies, devDependencies, peerDependencies } = manifest
      if (manifest.private === true) return []
      const all = Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies })
      return [{ name, folder: dirname(path), dependencies: all }]
    })
}

interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly dependencies?: object
  readonly devDependencies?: object
  readonly peerDependencies?: object
}

/**
 * A folder as a reader of the README has it after `npm install`: all packages of Gantry, and what the package itself
 * depends on. The packages are links, so what runs is their source.
 */
export function fillSandbox(
  sandbox: string,
  root: string,
  { folder, dependencies }: Pick<PublishedPackage, 'folder' | 'dependencies'>,
): void {
  const link = (name: string, target: string) => {
    const path = join(sandbox, 'node_modules', name)
    if (existsSync(path) || !existsSync(target)) return
    mkdirSync(dirname(path), { recursive: true })
    symlinkSync(realpathSync(target), path)
  }
  for (const other of publishedPackages(root)) link(other.name, join(root, other.folder))
  // Guides may speak of the command's configuration, and of the options of an adapter.
  link('@gantry/cli', join(root, 'apps/cli'))
  link('zod', join(root, 'packages/core/node_modules/zod'))
  for (const name of dependencies) link(name, join(root, folder, 'node_modules', name))
  link('@types/node', join(root, 'node_modules/@types/node'))
}
