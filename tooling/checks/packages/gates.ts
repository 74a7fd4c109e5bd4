import { existsSync, globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { readWorkspace } from '../layers/workspace.ts'
import { runTool } from '../run-tool.ts'
import { packAll, type PackedPackage } from './pack.ts'
import { firstLoadProblems, sizeProblems } from './size.ts'

/** Whether the packages work for those who install them: on what is packed, not on what lies in the checkout. */
export async function checkPackages(root: string): Promise<string[]> {
  const target = mkdtempSync(join(tmpdir(), 'gantry-packages-'))
  try {
    const packed = await packAll(readWorkspace(root), target)
    const problems = await Promise.all([
      ...packed.flatMap((member) => [
        publintProblems(member),
        typeProblems(member),
        sizeProblems(member),
        strayProblems(member),
      ]),
      loadProblems(root, target, packed),
      ...packed.map((member) => commandProblems(root, member)),
    ])
    return [...problems.flat(), ...firstLoadProblems(root)]
  } finally {
    rmSync(target, { recursive: true })
  }
}

async function publintProblems({ name, folder }: PackedPackage): Promise<string[]> {
  const { messages, pkg } = await publint({ pkgDir: folder, pack: false, level: 'warning', strict: true })
  return messages.map((message) => `${name}: ${formatMessage(message, pkg, { color: false }) ?? message.code}`)
}

/** The packages are ES modules only, for those who can resolve `exports`. */
const unsupported: readonly string[] = ['node10', 'node16-cjs']

async function typeProblems({ name, tarball }: PackedPackage): Promise<string[]> {
  const result = await checkPackage(createPackageFromTarballData(new Uint8Array(tarball)))
  if (!result.types) return [`${name}: has no types`]
  return result.problems
    .filter((problem) => !('resolutionKind' in problem) || !unsupported.includes(problem.resolutionKind))
    .map((problem) => `${name}: ${JSON.stringify(problem)}`)
}

/** What is left out of the sources is left out of the build too. An app ships its build alone. */
function strayProblems({ name, folder }: PackedPackage): string[] {
  if (!existsSync(join(folder, 'src'))) return []
  return globSync('dist/**/*.js', { cwd: folder })
    .filter((built) => !existsSync(join(folder, built.replace(/^dist/, 'src').replace(/js$/, 'ts'))))
    .map(
      (built) =>
        `${name}: ${built} is shipped, but its source is not: exclude it in tsconfig.build.json, or delete a stale dist`,
    )
}

/** Every entry is loaded by plain Node, without the source condition and without TypeScript. */
async function loadProblems(root: string, target: string, packed: readonly PackedPackage[]): Promise<string[]> {
  const entries = packed.flatMap(({ name, manifest }) =>
    Object.keys({ ...(manifest['exports'] as object) })
      .filter((subpath) => subpath !== './package.json')
      .map((subpath) => join(name, subpath)),
  )
  const script = `
    for (const entry of ${JSON.stringify(entries)})
      await import(entry, entry.endsWith('.json') ? { with: { type: 'json' } } : {}).catch((error) => console.log(entry + ' does not load: ' + error.message.split('\\n')[0]))`
  const { ok, output } = await runTool(
    root,
    process.execPath,
    ['--no-strip-types', '--no-warnings', '--input-type=module', '--eval', script],
    target,
  )
  const lines = output.split('\n').filter((line) => line !== '')
  return ok || lines.length > 0 ? lines : ['the packed packages do not load']
}

async function commandProblems(root: string, { name, folder, manifest }: PackedPackage): Promise<string[]> {
  const commands = Object.entries({ ...(manifest['bin'] as Record<string, string> | undefined) })
  const results = await Promise.all(
    commands.map(async ([command, path]) => {
      const { ok, output } = await runTool(root, process.execPath, ['--no-strip-types', path, '--help'], folder)
      return ok ? [] : [`${name}: ${command} --help fails: ${output}`]
    }),
  )
  return results.flat()
}
