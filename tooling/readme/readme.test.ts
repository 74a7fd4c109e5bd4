import { execFile } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { examplesOf } from './examples.ts'
import { createSandbox, publishedPackages } from './sandbox.ts'

const root = join(import.meta.dirname, '../..')
const run = promisify(execFile)
const compilerOptions = {
  rootDir: '/',
  noEmit: true,
  noUnusedLocals: false,
  noUnusedParameters: false,
  types: ['node'],
  lib: ['es2024', 'dom', 'dom.asynciterable'],
}

/** Packages that have a README; that each has one is for the structure check to say. */
const documented = publishedPackages(root).flatMap((member) => {
  try {
    return [{ ...member, examples: examplesOf(readFileSync(join(root, member.folder, 'README.md'), 'utf8')) }]
  } catch {
    return []
  }
})

describe.each(documented.filter(({ examples }) => examples.length > 0))('$folder/README.md', (member) => {
  let sandbox = ''

  beforeAll(() => {
    sandbox = createSandbox(root, member)
    writeFileSync(join(sandbox, 'package.json'), JSON.stringify({ type: 'module' }))
    const extended = { extends: join(root, 'tsconfig.base.json'), compilerOptions, include: ['*.ts'] }
    writeFileSync(join(sandbox, 'tsconfig.json'), JSON.stringify(extended))
    for (const { line, code } of member.examples) writeFileSync(join(sandbox, `line-${line}.ts`), code)
  })

  afterAll(() => rmSync(sandbox, { recursive: true, force: true }))

  test.each(member.examples)('the example at line $line runs', async ({ line }) => {
    const failure = await output(process.execPath, ['--conditions=@gantry/source', `line-${line}.ts`])
    expect(failure).toBe('')
  })

  test('the examples have the right types', async () => {
    expect(await output(join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.json'])).toBe('')
  })

  /** What a command says that fails; nothing of one that does not. */
  async function output(command: string, parameters: readonly string[]): Promise<string> {
    return await run(command, parameters, { cwd: sandbox }).then(
      () => '',
      ({ stdout, stderr, message }: { stdout?: string; stderr?: string; message: string }) =>
        `${stdout}${stderr}` || message,
    )
  }
})
