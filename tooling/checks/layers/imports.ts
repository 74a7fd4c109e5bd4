import { readFileSync } from 'node:fs'
import { parseSync } from 'oxc-parser'

/** What a module imports and re-exports, types included, by any form that names it with a string. */
export function importsOf(path: string): string[] {
  const source = readFileSync(path, 'utf8')
  const { module, errors } = parseSync(path, source)
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message}`)
  const exported = module.staticExports.flatMap(({ entries }) => entries.map((entry) => entry.moduleRequest?.value))
  const dynamic = module.dynamicImports.map(({ moduleRequest }) =>
    literal(source.slice(moduleRequest.start, moduleRequest.end)),
  )
  const found = [...module.staticImports.map((entry) => entry.moduleRequest.value), ...exported, ...dynamic]
  return [...new Set(found.filter((specifier) => specifier !== undefined))]
}

/** A computed specifier says nothing, so it is left out. */
function literal(expression: string): string | undefined {
  return /^(['"`])([^'"`$]*)\1$/.exec(expression)?.[2]
}

/** `@gantry/core/driver` is of `@gantry/core`. */
export function packageNameOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}
