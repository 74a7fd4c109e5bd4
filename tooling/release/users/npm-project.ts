import { mkdir, realpath, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { run } from '../run.ts'
import { type Given, versionsOf } from './given.ts'
import { compilerOptions, readmesOf, writeExamples } from './readme.ts'

/** A project that npm fills with everything, where all examples run, every entry loads, and the command copies. */
export async function npmProject(given: Given): Promise<string[]> {
  const { root, clone, registry, folder, bin, signal } = given
  const there = { cwd: folder, bin, signal }
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, '.npmrc'), `${registry.npmrc}engine-strict=true\nfund=false\naudit=false\n`)
  // What begins a package is not installed, but run by npm.
  const packages = clone.packages.filter(({ name }) => name.startsWith('@gantry/'))
  const own = packages.map(({ name, manifest }) => [name, String(manifest['version'])])
  const versions = await versionsOf(root)
  // Optional ones, too: every entry is to load.
  const peers = packages.flatMap(({ manifest }) => Object.entries({ ...manifest.peerDependencies }))
  const tools = ['@types/node', 'zod'].map((name) => [name, versions[name] ?? '*'])
  const dependencies = Object.fromEntries([...peers, ...own, ...tools]) as object
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }))
  await runNpm(['install', '--loglevel=error', '--cache', join(folder, '../npm-cache'), '--prefer-offline'], there)

  const told: string[] = []
  const entries = packages.flatMap(({ name, manifest }) =>
    Object.keys(manifest['exports'] as object).map((subpath) => join(name, subpath)),
  )
  await writeFile(
    join(folder, 'entries.js'),
    entries
      .map((entry) => `await import('${entry}'${entry.endsWith('.json') ? ", { with: { type: 'json' } }" : ''})\n`)
      .join(''),
  )
  await run('node', ['entries.js'], there)
  told.push(`${entries.length} entries load`)

  let examples = 0
  for (const readme of await readmesOf(clone)) {
    const home = join(folder, 'examples', readme.slug)
    for (const file of await writeExamples(home, readme)) {
      await run('node', [file], { ...there, cwd: home })
      examples += 1
    }
  }
  told.push(`${examples} examples run`)

  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['examples'] }))
  await run(join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.json'], there)
  told.push('their types hold')

  await copyByCommand(given)
  told.push('gantry copies')
  return told
}

/** npm itself, under the Node that stands first on the `PATH`. */
export async function runNpm(args: readonly string[], there: Parameters<typeof run>[2]): Promise<string> {
  const npm = await realpath((await run('which', ['npm'], { cwd: there.cwd, signal: there.signal })).trim())
  return await run('node', [npm, ...args], there)
}

async function copyByCommand({ folder, bin, signal }: Given): Promise<void> {
  const phantom = `import { writePhantom } from '@gantry/testkit/phantom'\nawait writePhantom('study', { size: 16, slices: 3 })\n`
  await writeFile(join(folder, 'phantom.js'), phantom)
  const env = { GANTRY_STATE: join(folder, 'state'), XDG_CONFIG_HOME: join(folder, 'config') }
  const there = { cwd: folder, bin: [...bin, join(folder, 'node_modules/.bin')], env, signal }
  await run('node', ['phantom.js'], there)
  const said = await run('gantry', ['copy', 'study', 'copied', '--verify', '--json'], there)
  const result = JSON.parse(said.trim().split('\n').at(-1) ?? '') as { readonly exit?: number; readonly type: string }
  if (result.type !== 'result' || result.exit !== 0) throw new Error(`gantry copy did not end well: ${said}`)
  await run('gantry', ['verify', 'study', 'copied'], there)
}
