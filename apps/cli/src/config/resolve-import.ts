import { readFileSync } from 'node:fs'
import module from 'node:module'
import { dirname, isAbsolute, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const conditions: ReadonlySet<string> = new Set(['node', 'import', 'module-sync', 'default'])

/** The URL of a module, a path or a package, as an `import` in a file of that folder would find it. */
export function resolveImport(name: string, folder: string): string {
  if (isAbsolute(name)) return pathToFileURL(name).href
  if (name.startsWith('./') || name.startsWith('../')) return pathToFileURL(join(folder, name)).href
  const base = join(folder, 'gantry.config.js')
  try {
    return pathToFileURL(module.createRequire(base).resolve(name)).href
  } catch (error) {
    // Packages whose one entry is for `import`; `import.meta.resolve` takes no other base than its own module.
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw error
    // Node 22.13 has it not yet.
    const manifest = module.findPackageJSON?.(name, pathToFileURL(base))
    if (manifest === undefined) throw error
    const { exports } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly exports?: unknown }
    const entry = pick(exports)
    if (entry === undefined) throw error
    return pathToFileURL(join(dirname(manifest), entry)).href
  }
}

function pick(exports: unknown): string | undefined {
  if (typeof exports === 'string') return exports
  if (typeof exports !== 'object' || exports === null) return undefined
  for (const [key, value] of Object.entries(exports)) {
    const found = key === '.' || conditions.has(key) ? pick(value) : undefined
    if (found !== undefined) return found
  }
  return undefined
}
