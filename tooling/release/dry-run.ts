import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { installNode } from './node-versions.ts'
import { packInto, publishTo } from './pack-and-publish.ts'
import { startRegistry } from './registry.ts'
import { run } from './run.ts'
import { scratchClone, versionProblems } from './scratch-clone.ts'
import { adapterPackage } from './users/adapter-package.ts'
import type { Given } from './users/given.ts'
import { npmProject } from './users/npm-project.ts'
import { strictProjects } from './users/strict-projects.ts'
import { viteApp } from './users/vite-app.ts'
import { writeSboms } from './write-sboms.ts'

export interface DryRun {
  readonly root: string
  readonly print: (line: string) => void
  readonly signal: AbortSignal
  /** The registry stays until the signal: packages can be installed from it by hand. */
  readonly keep?: boolean
}

/**
 * Everything that a release does, to a registry on this machine that is gone afterwards, and everything that its users do
 * then. Throws at the first that does not hold.
 */
export async function dryRun({ root, print, signal, keep = false }: DryRun): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-release-'))
  const step = async <Value>(name: string, work: () => Promise<Value>, tell: (value: Value) => readonly string[]) => {
    signal.throwIfAborted()
    const start = performance.now()
    const value = await work()
    print(`ok  ${name}, ${((performance.now() - start) / 1000).toFixed(0)} s: ${tell(value).join('; ')}`)
    return value
  }
  try {
    await step(
      'build',
      async () => await run('turbo', ['run', 'build'], { cwd: root, signal }),
      () => ['all packages'],
    )
    const clone = await step(
      'versions and changelogs',
      async () => {
        const made = await scratchClone(root, join(folder, 'clone'), signal)
        const problems = versionProblems(made)
        if (problems.length > 0) throw new Error(problems.join('\n'))
        return made
      },
      ({ packages }) => [`${packages.length} packages, each named by a changeset or by what it depends on`],
    )
    const tarballs = await step(
      'pack',
      async () => {
        const packed = []
        for (const member of clone.packages)
          packed.push(await packInto(join(folder, 'tarballs'), clone.folder, member, signal))
        return packed
      },
      (packed) => [
        `${packed.length} packages, ${(packed.reduce((sum, { size }) => sum + size, 0) / 1e6).toFixed(1)} MB`,
      ],
    )
    await step(
      'bills of materials',
      async () => await writeSboms(clone.folder, join(folder, 'sbom'), signal),
      (sboms) => [
        `${sboms.length} files of CycloneDX`,
        `the longest names ${Math.max(...sboms.map(({ components }) => components))} others`,
      ],
    )
    const registry = await startRegistry(join(folder, 'registry'), signal)
    try {
      await step(
        'publish',
        async () => await publishTo(registry, join(folder, 'publisher'), tarballs, signal),
        () => [`to ${registry.url}`],
      )
      const user = (name: string, bin: readonly string[]): Given => {
        return { root, clone, registry, folder: join(folder, name), bin, signal }
      }
      const current = dirname(process.execPath)
      const older = await step(
        'Node 22',
        async () => await installNode(22, join(folder, 'node-22'), signal),
        () => ['installed'],
      )
      const same = (told: readonly string[]) => told
      await step('npm, Node 22', async () => await npmProject(user('npm-22', [older])), same)
      await step('npm, Node 24', async () => await npmProject(user('npm-24', [current])), same)
      await step('pnpm, Node 24', async () => await strictProjects(user('pnpm-24', [current])), same)
      await step('Vite', async () => await viteApp(user('vite', [current])), same)
      await step('an adapter', async () => await adapterPackage(user('adapter', [current])), same)
      if (keep) {
        print(`The registry stays until Ctrl-C: npm install --registry ${registry.url} @gantry/cli`)
        await aborted(signal)
      }
    } finally {
      await registry.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
