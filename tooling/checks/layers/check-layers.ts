import { isBuiltin } from 'node:module'
import { join, normalize } from 'node:path'
import { importsOf, packageNameOf } from './imports.ts'
import { cyclesOf } from './cycles.ts'
import { mayImport, mayImportExternal, mayImportUnshipped, mayImportNode } from './law.ts'
import { isShipped, readWorkspace, sourcesOf, type Workspace, type WorkspacePackage } from './workspace.ts'

/**
 * The layer law, held against what the sources really import. It complements `turbo boundaries`, which reads the
 * package.json files, does not tell tests from what is shipped, and knows nothing of Node's own modules.
 */
export function checkLayers(root: string): string[] {
  const workspace = readWorkspace(root)
  const byName = new Map(workspace.packages.map((member) => [member.name, member]))
  return [
    ...workspace.packages.flatMap((member) => declarationProblems(member, byName)),
    ...workspace.packages.flatMap((member) => sourceProblems(workspace, member, byName)),
    ...cyclesOf(workspace).map((cycle) => `packages import each other in a circle: ${cycle.join(' -> ')}`),
  ]
}

type Packages = ReadonlyMap<string, WorkspacePackage>

function declarationProblems(member: WorkspacePackage, packages: Packages): string[] {
  // A tool may run an app's command, and then depends on it without importing anything.
  if (member.role === 'tooling') return []
  const { dependencies, peerDependencies } = member.manifest
  return Object.keys({ ...dependencies, ...peerDependencies }).flatMap((name) => {
    const problem = lawProblem(member, name, packages)
    return problem === undefined ? [] : [`${member.folder}/package.json: ${problem}`]
  })
}

function sourceProblems(workspace: Workspace, member: WorkspacePackage, packages: Packages): string[] {
  return sourcesOf(workspace, member).flatMap((file) => {
    const path = `${member.folder}/${file}`
    return importsOf(join(workspace.root, path)).flatMap((specifier) => {
      const problem = importProblem(workspace, member, file, specifier, packages)
      return problem === undefined ? [] : [`${path}: ${problem}`]
    })
  })
}

function importProblem(
  workspace: Workspace,
  member: WorkspacePackage,
  file: string,
  specifier: string,
  packages: Packages,
): string | undefined {
  if (specifier.startsWith('.')) {
    const leaves = normalize(join(file, '..', specifier)).startsWith('..')
    return leaves ? `'${specifier}' reaches into another package: import it by its name` : undefined
  }
  const shipped = isShipped(member, file)
  if (isBuiltin(specifier)) {
    return !shipped || mayImportNode(member.role) ? undefined : `${member.role} may not import '${specifier}' of Node`
  }
  const name = packageNameOf(specifier)
  if (name === member.name) return undefined
  const broken = shipped ? lawProblem(member, name, packages) : unshippedProblem(member, name, packages)
  return broken ?? declarationProblem(workspace, member, name, shipped)
}

function declarationProblem(
  workspace: Workspace,
  { manifest }: WorkspacePackage,
  name: string,
  shipped: boolean,
): string | undefined {
  const { dependencies, peerDependencies, devDependencies } = manifest
  if (name in { ...dependencies, ...peerDependencies }) return undefined
  // Test tools are installed once, at the root.
  if (!shipped && name in { ...devDependencies, ...workspace.manifest.devDependencies }) return undefined
  return name in { ...devDependencies }
    ? `'${name}' is a devDependency, which only tests and what lies beside src may import`
    : `'${name}' is imported but not declared`
}

function lawProblem(member: WorkspacePackage, name: string, packages: Packages): string | undefined {
  const imported = packages.get(name)
  const allowed = imported ? mayImport(member.role, imported.role) : mayImportExternal(member.role, name)
  if (allowed) return undefined
  return `${member.role} may not import ${imported ? `${imported.role} ` : ''}'${name}'`
}

function unshippedProblem(member: WorkspacePackage, name: string, packages: Packages): string | undefined {
  const imported = packages.get(name)
  if (imported === undefined || mayImportUnshipped(imported.role)) return undefined
  return `${member.role} may not import ${imported.role} '${name}', not even in tests`
}
