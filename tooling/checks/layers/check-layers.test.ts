import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { checkLayers } from './check-layers.ts'

const repository = join(import.meta.dirname, '../../..')
const copied = ['packages', 'apps', 'tooling', 'package.json', 'turbo.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml']

let copy: string
let before: string[]
let undo: (() => void)[] = []

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'gantry-layers-'))
  for (const name of copied) {
    cpSync(join(repository, name), join(copy, name), {
      recursive: true,
      filter: (path) => !['node_modules', 'dist', '.turbo'].includes(basename(path)),
    })
  }
  symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'))
  before = checkLayers(copy)
})

afterEach(() => {
  for (const step of undo.toReversed()) step()
  undo = []
})

afterAll(() => rmSync(copy, { recursive: true }))

describe('the layer law, with a violation planted in a copy of this repository', () => {
  const imports = [
    ['packages/core/src/planted.ts', "import 'node:fs'", "core may not import 'node:fs' of Node"],
    ['packages/core/src/planted.ts', "import 'fs'", "core may not import 'fs' of Node"],
    ['packages/core/src/planted.ts', "import 'lodash'", "core may not import 'lodash'"],
    ['packages/core/src/planted.ts', "import '@gantry/transfer'", "core may not import transfer '@gantry/transfer'"],
    ['packages/dicom/src/planted.ts', "import '@gantry/transfer'", "dicom may not import transfer '@gantry/transfer'"],
    ['packages/transfer/src/planted.ts', "import '@gantry/fs'", "transfer may not import adapter '@gantry/fs'"],
    ['packages/adapters/fs/src/planted.ts', "import '@gantry/s3'", "adapter may not import adapter '@gantry/s3'"],
    [
      'packages/adapters/fs/src/planted.ts',
      "export type { S3 } from '@gantry/s3'",
      "adapter may not import adapter '@gantry/s3'",
    ],
    [
      'packages/adapters/fs/src/planted.ts',
      "await import('@gantry/transfer')",
      "adapter may not import transfer '@gantry/transfer'",
    ],
    ['packages/transfer/src/planted.ts', "import '@gantry/cli'", "transfer may not import app '@gantry/cli'"],
    [
      'packages/transfer/src/planted.test.ts',
      "import '@gantry/cli'",
      "transfer may not import app '@gantry/cli', not even in tests",
    ],
    ['tooling/start/planted.ts', "import '@gantry/cli'", "tooling may not import app '@gantry/cli', not even in tests"],
    [
      'packages/transfer/src/planted.ts',
      "import '@gantry-tooling/servers'",
      "transfer may not import tooling '@gantry-tooling/servers'",
    ],
    [
      'apps/cli/src/planted.ts',
      "import '@gantry/testkit'",
      "'@gantry/testkit' is a devDependency, which only tests and what lies beside src may import",
    ],
    ['packages/dicom/src/planted.ts', "import 'left-pad'", "'left-pad' is imported but not declared"],
    ['packages/dicom/src/planted.test.ts', "import 'left-pad'", "'left-pad' is imported but not declared"],
    [
      'packages/dicom/src/planted.ts',
      "import '../../core/src/index.ts'",
      "'../../core/src/index.ts' reaches into another package: import it by its name",
    ],
  ] as const

  // All at once: each look at the whole repository takes seconds.
  test('imports that it forbids, each found where it is and nothing else', () => {
    const expected = imports.map(([path, source, problem], index) => {
      const own = path.replace('planted', `planted-${index}`)
      plant(own, source)
      return `${own}: ${problem}`
    })
    expect(newProblems().toSorted()).toEqual(expected.toSorted())
  })

  test('what tests may do that shipped sources may not', () => {
    plant('packages/core/src/planted.test.ts', "import 'node:fs'\nimport 'vitest'\n")
    writeFileSync(
      join(copy, 'packages/transfer/src/planted.test.ts'),
      "import '@gantry/fs'\nimport '@gantry/testkit'\n",
    )
    expect(newProblems()).toEqual([])
  })

  test('a dependency that is declared but breaks the law', () => {
    depend('packages/adapters/fs', 'dependencies', '@gantry/s3')
    expect(newProblems()).toEqual(["packages/adapters/fs/package.json: adapter may not import adapter '@gantry/s3'"])
  })

  test('a circle, through devDependencies too', () => {
    depend('packages/testkit', 'devDependencies', '@gantry/fs')
    const [problem, ...others] = newProblems()
    expect(problem).toMatch(/^packages import each other in a circle: .*@gantry\/testkit.* -> .*@gantry\/fs/)
    expect(others).toEqual([])
  })

  test('a package in a folder that the law does not know', () => {
    mkdirSync(join(copy, 'packages/planted'))
    undo.push(() => rmSync(join(copy, 'packages/planted'), { recursive: true }))
    plant('packages/planted/package.json', '{ "name": "@gantry/planted" }')
    expect(newProblems).toThrow('packages/planted has no place in the layer law')
  })

  test.each([
    ['packages/core', '@gantry/fs'],
    ['packages/adapters/fs', '@gantry/cli'],
  ])('turbo boundaries sees it too: %s depends on %s', async (folder, name) => {
    depend(folder, 'dependencies', name)
    const boundaries = promisify(execFile)(join(repository, 'node_modules/.bin/turbo'), ['boundaries'], {
      cwd: copy,
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
    })
    await expect(boundaries).rejects.toMatchObject({ stderr: expect.stringContaining(`\`${name}\``) })
  })
})

function newProblems(): string[] {
  return checkLayers(copy).filter((problem) => !before.includes(problem))
}

function plant(path: string, text: string): void {
  writeFileSync(join(copy, path), text)
  undo.push(() => rmSync(join(copy, path), { force: true }))
}

function depend(folder: string, field: string, name: string): void {
  const path = join(copy, folder, 'package.json')
  const original = readFileSync(path, 'utf8')
  const manifest = JSON.parse(original)
  manifest[field] = { ...manifest[field], [name]: 'workspace:*' }
  writeFileSync(path, JSON.stringify(manifest))
  undo.push(() => writeFileSync(path, original))
}
