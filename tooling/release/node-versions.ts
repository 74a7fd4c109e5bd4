import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { run } from './run.ts'

/** Installs a major version of Node as the npm package `node`, and gives the folder of its program. */
export async function installNode(major: number, folder: string, signal: AbortSignal): Promise<string> {
  await mkdir(folder, { recursive: true })
  const manifest = { private: true, dependencies: { node: `^${major}` } }
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
  await writeFile(join(folder, 'pnpm-workspace.yaml'), 'packages: []\nallowBuilds:\n  node: true\n')
  await run('pnpm', ['install', '--silent'], { cwd: folder, signal })
  const bin = join(folder, 'node_modules/.bin')
  if (!(await readdir(bin)).includes('node')) throw new Error(`node@${major} did not bring its program`)
  const said = (await run('node', ['--version'], { cwd: folder, bin: [bin], signal })).trim()
  if (!said.startsWith(`v${major}.`)) throw new Error(`Node ${major} says that it is ${said}`)
  // What `.bin` has is a script where pnpm made it: the program itself is what others are to find.
  const program = (await run('node', ['-p', 'process.execPath'], { cwd: folder, bin: [bin], signal })).trim()
  return dirname(program)
}
