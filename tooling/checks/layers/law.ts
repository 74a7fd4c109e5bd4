/** The packages that are one of a kind: a folder each in `packages`. */
const folders = [
  'core',
  'age',
  'http',
  'dicom',
  'pixels',
  'transfer',
  'testkit',
  'google',
  'share',
  'hub',
  'serve',
  'sqlite',
  'postgres',
  'fleet',
] as const

/** What a package is to the others: its place in the house, given by its folder. */
export type Role = (typeof folders)[number] | 'adapter' | 'plugin' | 'app' | 'tooling'

/** Which roles each role may import in what it ships. Its own SDK and other npm packages are its own affair. */
const law: Record<Role, readonly Role[]> = {
  core: [],
  age: ['core'],
  http: ['core'],
  dicom: ['core'],
  pixels: ['core', 'dicom'],
  transfer: ['core'],
  testkit: ['core'],
  google: ['core', 'http'],
  sqlite: ['core'],
  postgres: ['core', 'sqlite'],
  // The one package beside apps that imports a plugin: what its workers did stands in the catalogue.
  fleet: ['core', 'sqlite', 'postgres', 'transfer', 'plugin'],
  share: ['core', 'age', 'dicom', 'transfer'],
  hub: ['core', 'http', 'sqlite'],
  serve: ['core', 'http', 'sqlite', 'dicom', 'pixels'],
  // Never another adapter: one that builds on another store is given it.
  adapter: ['core', 'age', 'http', 'dicom'],
  // Core and what it extends.
  plugin: ['core', 'age', 'sqlite', 'dicom', 'pixels', 'transfer', 'share', 'hub', 'serve'],
  app: [...folders, 'adapter', 'plugin'],
  tooling: [...folders, 'adapter', 'plugin', 'tooling'],
}

/** The npm packages that core may import; it may import nothing of Node. */
const corePackages: readonly string[] = ['zod']

export function roleOf(folder: string): Role {
  const [top = '', name = ''] = folder.split('/')
  if (top === 'apps') return 'app'
  if (top === 'tooling') return 'tooling'
  if (name === 'adapters') return 'adapter'
  if (name === 'plugins') return 'plugin'
  if (isFolder(name)) return name
  throw new Error(`${folder} has no place in the layer law: give it one in tooling/checks/layers/law.ts`)
}

function isFolder(name: string): name is (typeof folders)[number] {
  return folders.some((folder) => folder === name)
}

export function mayImport(from: Role, to: Role): boolean {
  return law[from].includes(to)
}

/** Tests and tools may use what shipped sources may not, other adapters and test servers included; but no app. */
export function mayImportUnshipped(to: Role): boolean {
  return to !== 'app'
}

export function mayImportExternal(from: Role, packageName: string): boolean {
  return from !== 'core' || corePackages.includes(packageName)
}

export function mayImportNode(from: Role): boolean {
  return from !== 'core'
}
