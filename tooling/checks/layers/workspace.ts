import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Role, roleOf } from './law.ts'

export type Manifest = {
  name: string
  private?: boolean
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  [field: string]: unknown
}

/** `folder` is relative to the workspace's root, with `/`. */
export type WorkspacePackage = { name: string; folder: string; role: Role; manifest: Manifest }

export type Workspace = { root: string; manifest: Manifest; packages: WorkspacePackage[] }

const FOLDERS = ['packages/*', 'packages/adapters/*', 'packages/plugins/*', 'apps/*', 'tooling/*']

export function readWorkspace(root: string): Workspace {
  const packages = globSync(
    FOLDERS.map((folder) => `${folder}/package.json`),
    { cwd: root },
  )
    .toSorted()
    .map((path) => {
      const folder = dirname(path)
      const manifest = readManifest(join(root, path))
      return { name: manifest.name, folder, role: roleOf(folder), manifest }
    })
  return { root, manifest: readManifest(join(root, 'package.json')), packages }
}

/** Every source file of a package, relative to its folder. */
export function sourcesOf(workspace: Workspace, { folder }: WorkspacePackage): string[] {
  return globSync('**/*.{ts,js,mjs}', {
    cwd: join(workspace.root, folder),
    exclude: (path) => /(^|\/)(node_modules|dist)$/.test(path),
  }).toSorted()
}

/** Whether a file, relative to its package's folder, is part of what users get: neither a test nor beside `src`. */
export function isShipped(file: string): boolean {
  return /^(src|bin)\//.test(file) && !file.endsWith('.test.ts')
}

function readManifest(path: string): Manifest {
  if (!existsSync(path)) throw new Error(`${path} is missing`)
  return JSON.parse(readFileSync(path, 'utf8'))
}
