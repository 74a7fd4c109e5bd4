import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const readme = await readFile(`${root}/README.md`, 'utf8')
const examples = [...readme.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code]) => code as string)

describe('README', () => {
  test.each(examples)('example %#', async (code) => {
    const parameters = ['--conditions=@gantry/source', '--input-type=module-typescript', '--eval', code]
    const { stdout } = await promisify(execFile)(process.execPath, parameters, { cwd: root })
    expect(stdout).not.toBe('')
  })
})
