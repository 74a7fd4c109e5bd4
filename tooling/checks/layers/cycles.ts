import type { Workspace } from './workspace.ts'

/** Circles among the packages, by any kind of dependency: a build could not order them. Each stands once. */
export function cyclesOf({ packages }: Workspace): string[][] {
  const names = new Set(packages.map(({ name }) => name))
  const dependenciesOf = new Map(
    packages.map(({ name, manifest: { dependencies, devDependencies, peerDependencies } }) => {
      const all = Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies })
      return [name, all.filter((dependency) => names.has(dependency))]
    }),
  )
  const cycles: string[][] = []
  const done = new Set<string>()

  const visit = (name: string, path: readonly string[]): void => {
    const start = path.indexOf(name)
    if (start >= 0) cycles.push([...path.slice(start), name])
    if (start >= 0 || done.has(name)) return
    for (const dependency of dependenciesOf.get(name) ?? []) visit(dependency, [...path, name])
    done.add(name)
  }
  for (const name of names) visit(name, [])
  return cycles
}
