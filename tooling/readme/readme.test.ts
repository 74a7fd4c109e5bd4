import { execFile } from 'node:child_process'
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { examplesOf, fragmentsOf } from './examples.ts'
import { fillSandbox, publishedPackages } from './sandbox.ts'

const root = join(import.meta.dirname, '../..')
const run = promisify(execFile)
const compilerOptions = {
  rootDir: '/',
  noEmit: true,
  noUnusedLocals: false,
  noUnusedParameters: false,
  types: ['node'],
  typeRoots: [join(root, 'node_modules/@types')],
  lib: ['es2024', 'dom', 'dom.asynciterable'],
}

/** Packages with their READMEs (that each has one is for the structure check to say), and guides, which have no package. */
const pages = [
  ...publishedPackages(root).map((member) => ({ ...member, page: join(member.folder, 'README.md') })),
  ...globSync('docs/guides/*.md', { cwd: root }).map((page) => ({ folder: page, dependencies: [], page })),
]

const withExamples = pages.flatMap((member) => {
  if (!existsSync(join(root, member.page))) return []
  const markdown = readFileSync(join(root, member.page), 'utf8')
  const [examples, fragments] = [examplesOf(markdown), fragmentsOf(markdown)]
  return examples.length + fragments.length > 0 ? [{ ...member, examples, fragments }] : []
})
const house = realpathSync(mkdtempSync(join(tmpdir(), 'gantry-readme-')))
/** Where the examples make their temporary folders: they show what a package does, not how to tidy up. */
const left = join(house, 'left')
const sandboxOf = ({ folder }: { readonly folder: string }) => join(house, folder.replaceAll('/', '-'))

beforeAll(() => {
  mkdirSync(left)
  // One for all: the compiler reads what they share once.
  const extended = { extends: join(root, 'tsconfig.base.json'), compilerOptions, include: ['*/*.ts'] }
  writeFileSync(join(house, 'tsconfig.json'), JSON.stringify(extended))
  for (const member of withExamples) {
    const sandbox = sandboxOf(member)
    mkdirSync(sandbox)
    fillSandbox(sandbox, root, member)
    writeFileSync(join(sandbox, 'package.json'), JSON.stringify({ type: 'module' }))
    for (const { line, code } of member.examples) writeFileSync(join(sandbox, `line-${line}.ts`), code)
    for (const { line, code } of member.fragments) writeFileSync(join(sandbox, `line-${line}-fragment.ts`), code)
  }
})

afterAll(() => rmSync(house, { recursive: true, force: true }))

describe.each(withExamples.filter(({ examples }) => examples.length > 0))('$page', (member) => {
  test.each(member.examples)('the example at line $line runs', { timeout: 120_000 }, async ({ line }) => {
    const argv = ['--conditions=@gantry/source', `line-${line}.ts`]
    expect(await output(process.execPath, argv, sandboxOf(member))).toBe('')
  })
})

test('the examples and fragments of all READMEs and guides have the right types', { timeout: 300_000 }, async () => {
  expect(await output(join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.json'], house)).toBe('')
})

/** What a command says that fails; nothing of one that does not. */
async function output(command: string, parameters: readonly string[], cwd: string): Promise<string> {
  return await run(command, parameters, { cwd, env: { ...process.env, TMPDIR: left } }).then(
    () => '',
    ({ stdout, stderr, message }: { stdout?: string; stderr?: string; message: string }) =>
      `${stdout}${stderr}` || message,
  )
}
