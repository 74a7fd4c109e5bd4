import { expect, test } from 'vitest'
import { goodManifest, smallWorkspace } from '../fixtures/small-workspace.ts'
import { checkShapes } from './shape.ts'

const filesProblem =
  'files must be ["dist","src","!src/**/*.test.ts"], and then only what is left out of them, and data that is exported'

test('a package of the common shape', () => {
  expect(checkShapes(smallWorkspace({}))).toEqual([])
})

test('a private package may look as it likes', () => {
  expect(checkShapes(smallWorkspace({}, { name: '@gantry/core', private: true }))).toEqual([])
})

test.each([
  [{ license: 'MIT' }, 'license must be "Apache-2.0"'],
  [{ type: 'commonjs' }, 'type must be "module"'],
  [{ files: ['dist'] }, filesProblem],
  [{ files: [...goodManifest.files, 'secrets'] }, filesProblem],
  [{ description: undefined }, 'description is missing'],
  [{ repository: { directory: 'packages/other' } }, 'repository.directory must be "packages/core"'],
  [
    { publishConfig: { ...goodManifest.publishConfig, exports: {} } },
    'publishConfig.exports must be exports without @gantry/source, and ./package.json',
  ],
  [
    { publishConfig: { ...goodManifest.publishConfig, provenance: false } },
    'publishConfig must say access "public" and provenance true',
  ],
  [
    { exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } } },
    'exports["."] must be @gantry/source in src, then types and default in dist',
  ],
])('%j', (change, problem) => {
  expect(checkShapes(smallWorkspace({}, { ...goodManifest, ...change }))).toEqual([`packages/core: ${problem}`])
})

test.each(['4.6.7', '~4.6.7', '*', '>=4', 'workspace:*', '^4'])('a dependency of users as %s', (range) => {
  const manifest = { ...goodManifest, dependencies: { zod: range }, devDependencies: { vitest: '5.1.1' } }
  const problem = `packages/core: dependencies["zod"] must be a caret range, or workspace:^, and is "${range}"`
  expect(checkShapes(smallWorkspace({}, manifest))).toEqual([problem])
})

test('dependencies as caret ranges', () => {
  const manifest = { ...goodManifest, dependencies: { zod: '^4.6.7', '@gantry/http': 'workspace:^' } }
  expect(checkShapes(smallWorkspace({}, manifest))).toEqual([])
})

test('a package may export data by its own name, which it ships', () => {
  const data = { './one.schema.json': './one.schema.json' }
  const { exports, publishConfig, files } = goodManifest
  const manifest = {
    ...goodManifest,
    exports: { ...exports, ...data },
    publishConfig: { ...publishConfig, exports: { ...publishConfig.exports, ...data } },
  }
  const shipped = { ...manifest, files: [...files, 'one.schema.json'] }
  expect(checkShapes(smallWorkspace({}, shipped))).toEqual([])
  const problem = 'packages/core: exports["./one.schema.json"] must be a JSON file of that name, and one of files'
  expect(checkShapes(smallWorkspace({}, manifest))).toEqual([problem])
})

test('a package may leave more out of what it ships', () => {
  const files = [...goodManifest.files, '!src/testing']
  expect(checkShapes(smallWorkspace({}, { ...goodManifest, files }))).toEqual([])
})

test('a README that is of another package', () => {
  const root = smallWorkspace({ 'packages/core/README.md': '# other\n' })
  expect(checkShapes(root)).toContain('packages/core: README.md must begin with "# @gantry/core"')
})
