import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Manifest, Workspace, WorkspacePackage } from '../layers/workspace.ts'
import { runTool } from '../run-tool.ts'
import { publishedPackages } from './shape.ts'

/** A package as its users get it: `folder` is where the tarball is unpacked, beside the other packages. */
export type PackedPackage = { name: string; tarball: Buffer; folder: string; manifest: Manifest }

/**
 * Packs every published package as `pnpm publish` would, and installs them all below `target`: each other's packages
 * as they were packed, and other packages from where the workspace has them.
 */
export async function packAll(workspace: Workspace, target: string): Promise<PackedPackage[]> {
  const packages = publishedPackages(workspace)
  const names = new Set(packages.map(({ name }) => name))
  return Promise.all(packages.map((member) => pack(workspace.root, member, target, names)))
}

async function pack(root: string, member: WorkspacePackage, target: string, ours: ReadonlySet<string>) {
  const source = join(root, member.folder)
  const tarballs = join(target, 'tarballs', member.name)
  const folder = join(target, 'node_modules', member.name)
  mkdirSync(tarballs, { recursive: true })
  mkdirSync(folder, { recursive: true })
  await mustRun(root, 'pnpm', ['pack', '--pack-destination', tarballs], source)
  const path = join(tarballs, String(readdirSync(tarballs)[0]))
  await mustRun(root, 'tar', ['-xzf', path, '-C', folder, '--strip-components=1'], source)

  const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    if (ours.has(name)) continue
    const link = join(folder, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(source, 'node_modules', name), link)
  }
  return { name: member.name, tarball: readFileSync(path), folder, manifest }
}

async function mustRun(root: string, command: string, args: readonly string[], cwd: string): Promise<void> {
  const { ok, output } = await runTool(root, command, args, cwd)
  if (!ok) throw new Error(`${command} ${args.join(' ')} failed: ${output}`)
}
