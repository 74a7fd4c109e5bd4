import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { run } from '../run.ts'
import type { Given } from './given.ts'
import { runNpm } from './npm-project.ts'

/** Who begins an adapter: `npm create gantry-adapter`, and what it says to do next. */
export async function adapterPackage({ registry, folder, bin, signal }: Given): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, '.npmrc'), `${registry.wholeNpmrc}fund=false\naudit=false\n`)
  const cache = ['--loglevel=error', '--cache', join(folder, '../npm-cache'), '--prefer-offline']
  await runNpm(['create', ...cache, '--yes', 'gantry-adapter', 'my-shelf', '--', '--yes'], { cwd: folder, bin, signal })

  const own = join(folder, 'my-shelf')
  const there = { cwd: own, bin, signal }
  await writeFile(join(own, '.npmrc'), `${registry.npmrc}fund=false\naudit=false\n`)
  const manifest = await readFile(join(own, 'package.json'), 'utf8')
  if (/workspace:|"\*"/u.test(manifest)) throw new Error(`its package.json names no versions: ${manifest}`)
  await runNpm(['install', ...cache], there)
  await runNpm(['run', 'types'], there)
  const said = await runNpm(['test'], { ...there, env: { NO_COLOR: '1' } })
  const [, passed] = /Tests +(\d+) passed/u.exec(said) ?? []
  if (passed === undefined) throw new Error(`its test says nothing of what passed: ${said}`)
  await runNpm(['run', 'build'], there)
  await run('node', ['--input-type=module', '--eval', "await import('my-shelf')"], there)
  return [`scaffolded, installed, compiled, built, loaded`, `${passed} tests passed`]
}
