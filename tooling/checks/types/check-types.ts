import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { runTool, type ToolResult } from '../run-tool.ts'

/** What `tsc` is given at once: the files of all packages whose options are the same. */
type Program = {
  compilerOptions: Record<string, unknown>
  include: string[]
  exclude: string[]
}

const projects = [
  '{packages,apps,tooling}/**/tsconfig.json',
  'examples/tsconfig.json',
  'packages/**/tsconfig.pure.json',
]

/**
 * Types of all that a package has, tests and tooling included, from source. One program for all packages with the same
 * options reads what they share once; a program a package would read `@gantry/core` forty times. That a package's own
 * sources hold without what others declare, its build tells.
 */
export async function checkTypes(root: string): Promise<ToolResult> {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-types-'))
  try {
    const results: ToolResult[] = []
    for (const [index, { compilerOptions, include, exclude }] of programsOf(root).entries()) {
      const path = join(folder, `tsconfig.${index}.json`)
      const config = {
        extends: join(root, 'tsconfig.base.json'),
        compilerOptions: { ...compilerOptions, rootDir: root, typeRoots: [join(root, 'node_modules/@types')] },
        include: include.map((pattern) => join(root, pattern)),
        exclude: exclude.map((pattern) => join(root, pattern)),
      }
      writeFileSync(path, JSON.stringify(config))
      results.push(await runTool(root, 'tsc', ['-p', path, '--noEmit', '--pretty', 'false']))
    }
    return { ok: results.every(({ ok }) => ok), output: results.map(({ output }) => output).join('\n') }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Paths are relative to the root. */
function programsOf(root: string): Program[] {
  const programs = new Map<string, Program>()
  const paths = globSync(projects, { cwd: root, exclude: (path) => /(^|\/)(node_modules|dist|template)$/.test(path) })
  for (const path of paths.toSorted()) {
    const config = JSON.parse(readFileSync(join(root, path), 'utf8')) as {
      compilerOptions?: Record<string, unknown>
      include?: readonly string[]
      exclude?: readonly string[]
    }
    const { rootDir: _, ...compilerOptions } = config.compilerOptions ?? {}
    const options = JSON.stringify(Object.entries(compilerOptions).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    const program = programs.get(options) ?? { compilerOptions, include: [], exclude: [] }
    programs.set(options, program)
    const folder = dirname(path)
    program.include.push(...(config.include ?? ['.']).map((pattern) => join(folder, pattern)))
    // What is named here counts for all of a program: whole names of its own folder.
    const left = [...(config.exclude ?? []), 'node_modules', 'dist']
    program.exclude.push(...left.map((pattern) => join(folder, pattern)))
  }
  return [...programs.values()]
}
