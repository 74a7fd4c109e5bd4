import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { optionProblems } from './option-bags.ts'
import { readmeProblems } from './readme-form.ts'
import { type Manifest, readWorkspace, tests, type Workspace, type WorkspacePackage } from '../layers/workspace.ts'

const SOURCE_CONDITION = '@gantry/source'

/** How every published package looks, so that whoever knows one knows them all. */
export function checkShapes(root: string): string[] {
  const workspace = readWorkspace(root)
  return publishedPackages(workspace).flatMap((member) =>
    shapeProblems(root, member).map((problem) => `${member.folder}: ${problem}`),
  )
}

export function publishedPackages({ packages }: Workspace): WorkspacePackage[] {
  return packages.filter(({ manifest }) => manifest.private !== true)
}

function shapeProblems(root: string, { folder, name, manifest, role }: WorkspacePackage): string[] {
  const problems: string[] = []
  const expectField = (field: string, expected: unknown) => {
    if (!isDeepStrictEqual(manifest[field], expected)) problems.push(`${field} must be ${JSON.stringify(expected)}`)
  }
  const readme = join(root, folder, 'README.md')
  if (!existsSync(readme)) problems.push('README.md is missing')
  else problems.push(...readmeProblems(readFileSync(readme, 'utf8'), name).map((problem) => `README.md ${problem}`))

  if (typeof manifest['description'] !== 'string') problems.push('description is missing')
  expectField('license', 'Apache-2.0')
  expectField('type', 'module')
  expectField('sideEffects', false)
  expectField('engines', { node: '>=22.13' })
  const template = existsSync(join(root, folder, 'template')) ? ['template'] : []
  const expectedFiles = role === 'app' ? ['bin', 'dist', ...template] : ['dist', 'src', tests]
  const { files = [] } = manifest as { files?: string[] }
  const data = new Set(Object.values({ ...(manifest['exports'] as Exports | undefined) }).filter(isData))
  const more = files.slice(expectedFiles.length).filter((one) => !one.startsWith('!') && !data.has(`./${one}`))
  if (more.length > 0 || !isDeepStrictEqual(files.slice(0, expectedFiles.length), expectedFiles)) {
    problems.push(
      `files must be ${JSON.stringify(expectedFiles)}, and then only what is left out of them, and data that is exported`,
    )
  }
  const { directory } = { ...(manifest['repository'] as { directory?: string } | undefined) }
  if (directory !== folder) problems.push(`repository.directory must be "${folder}"`)
  const { access, provenance } = { ...(manifest['publishConfig'] as { access?: string; provenance?: boolean }) }
  if (access !== 'public' || provenance !== true) {
    problems.push('publishConfig must say access "public" and provenance true')
  }
  problems.push(...dependencyProblems(manifest), ...exportProblems(manifest))
  return role === 'app' ? problems : [...problems, ...optionProblems(root, folder)]
}

/** An exact version would give who uses another of the same line two of it; what was tested stands in the lockfile. */
function dependencyProblems({ dependencies = {} }: Manifest): string[] {
  return Object.entries(dependencies)
    .filter(([, range]) => range !== 'workspace:^' && !/^\^\d+\.\d+\.\d+$/.test(range))
    .map(([name, range]) => `dependencies["${name}"] must be a caret range, or workspace:^, and is "${range}"`)
}

type Exports = Record<string, Record<string, string> | string>

/** A file of the package that is no module, such as a schema: exported by its own name. */
function isData(target: Exports[string]): target is string {
  return typeof target === 'string'
}

function exportProblems(manifest: Manifest): string[] {
  const { exports = {}, publishConfig } = manifest as { exports?: Exports; publishConfig?: { exports?: Exports } }
  const { files = [] } = manifest as { files?: string[] }
  const problems = Object.entries(exports).flatMap(([subpath, conditions]) => {
    if (isData(conditions)) {
      const named = conditions === subpath && subpath.endsWith('.json') && files.includes(subpath.replace('./', ''))
      return named ? [] : [`exports["${subpath}"] must be a JSON file of that name, and one of files`]
    }
    const source = conditions[SOURCE_CONDITION] ?? ''
    const built = source.replace('./src/', './dist/').replace(/\.ts$/, '')
    const expected = { [SOURCE_CONDITION]: source, types: `${built}.d.ts`, default: `${built}.js` }
    // The order counts: the first condition that holds is taken.
    const same = source.startsWith('./src/') && JSON.stringify(conditions) === JSON.stringify(expected)
    return same ? [] : [`exports["${subpath}"] must be ${SOURCE_CONDITION} in src, then types and default in dist`]
  })
  if (!('.' in exports)) problems.push('exports["."] is missing')
  // Tools of users read a package's version and description there.
  const published = { ...withoutSource(exports), './package.json': './package.json' }
  if (!isDeepStrictEqual(publishConfig?.exports, published)) {
    problems.push(`publishConfig.exports must be exports without ${SOURCE_CONDITION}, and ./package.json`)
  }
  return problems
}

function withoutSource(exports: Exports): Exports {
  return Object.fromEntries(
    Object.entries(exports).map(([subpath, conditions]) => [
      subpath,
      isData(conditions)
        ? conditions
        : Object.fromEntries(Object.entries(conditions).filter(([condition]) => condition !== SOURCE_CONDITION)),
    ]),
  )
}
