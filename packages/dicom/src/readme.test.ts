import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const examples = [...readme.matchAll(/^```ts\n([^]*?)^```$/gmu)].map(([, code = '']) => code)

test.each(examples)('example %# of the README runs', async (code) => {
  const parameters = ['--conditions=@gantry/source', '--input-type=module-typescript', '--eval', code]
  const { stdout } = await promisify(execFile)(process.execPath, parameters, { cwd: root })
  expect(stdout).not.toBe('')
})
