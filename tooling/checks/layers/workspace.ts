import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, matchesGlob } from 'node:path'
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

/** What every package leaves out of what it ships; a package may leave out more, by its `files`. */
export const tests = '!src/**/*.test.ts'

/** Whether a file, relative to its package's folder, is part of what users get: neither beside `src` nor left out. */
export function isShipped({ manifest }: WorkspacePackage, file: string): boolean {
  const { files = [] } = manifest as { files?: string[] }
  const leftOut = [tests, ...files].filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1))
  return (
    /^(src|bin)\//.test(file) &&
    !leftOut.some((pattern) => matchesGlob(file, pattern) || matchesGlob(file, `${pattern}/**`))
  )
}

function readManifest(path: string): Manifest {
  if (!existsSync(path)) throw new Error(`${path} is missing`)
  return JSON.parse(readFileSync(path, 'utf8'))
}
