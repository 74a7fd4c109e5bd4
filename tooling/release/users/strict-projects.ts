import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { run } from '../run.ts'
import { type Given, versionsOf } from './given.ts'
import { readmesOf, writeExamples } from './readme.ts'

/**
 * A project for each README, in which pnpm has installed what that README says and nothing else: here neither an example nor
 * a package sees what it does not name.
 */
export async function strictProjects(given: Given): Promise<string[]> {
  const { root, clone, registry, folder, bin, signal } = given
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, '.npmrc'), registry.npmrc)
  // What was published a minute ago is what this is about.
  const settings = [
    'packages: ["*"]',
    'minimumReleaseAge: 0',
    'strictDepBuilds: false',
    'sharedWorkspaceLockfile: true',
  ]
  await writeFile(join(folder, 'pnpm-workspace.yaml'), `${settings.join('\n')}\n`)
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true }))
  const versions = await versionsOf(root)
  const published = new Map(clone.packages.map(({ name, manifest }) => [name, String(manifest['version'])]))
  // What begins a package is not installed, but run by npm.
  const readmes = (await readmesOf(clone)).filter(({ name }) => name.startsWith('@gantry/'))
  for (const { slug, installs } of readmes) {
    await mkdir(join(folder, slug), { recursive: true })
    const dependencies = Object.fromEntries(
      installs.map((name) => [name, published.get(name) ?? versions[name] ?? '*']),
    ) as object
    const manifest = { name: `user-of-${slug}`, private: true, type: 'module', dependencies }
    await writeFile(join(folder, slug, 'package.json'), JSON.stringify(manifest))
  }
  await run('pnpm', ['install', '--silent', '--cache-dir', join(folder, '.cache')], { cwd: folder, bin, signal })

  const problems: string[] = []
  let examples = 0
  for (const readme of readmes) {
    const home = join(folder, readme.slug)
    for (const file of await writeExamples(home, readme)) {
      examples += 1
      await run('node', [file], { cwd: home, bin, signal }).catch((error: Error) => {
        problems.push(`${readme.name}, ${file}: ${error.message}`)
      })
    }
  }
  if (problems.length > 0) throw new Error(problems.join('\n\n'))
  return [`${readmes.length} projects with what their READMEs install`, `${examples} examples run`]
}
