import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, onTestFinished, test } from 'vitest'

const program = join(import.meta.dirname, '../bin/create-gantry-adapter.js')

function create(...argv: string[]) {
  const cwd = mkdtempSync(join(tmpdir(), 'gantry-create-'))
  onTestFinished(() => rmSync(cwd, { recursive: true }))
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...argv], { cwd, encoding: 'utf8' })
  return { cwd, status, stdout, stderr }
}

test('a folder is all that it needs', () => {
  const { cwd, status, stdout } = create('my-shelf')
  expect(stdout).toContain('A storage for my-shelf: is in my-shelf.')
  expect(readdirSync(join(cwd, 'my-shelf'))).toContain('package.json')
  expect(status).toBe(0)
})

test.each([
  [[], 2, 'Say in which folder'],
  [['a', 'b'], 2, 'One folder, please'],
  [['--what'], 2, "Unknown option '--what'"],
  [['Shelf'], 2, 'no name of an npm package'],
  [['shelf', '--scheme', 's3'], 2, 'means something already'],
  [['.', '--name', 'shelf', '--scheme'], 2, 'argument missing'],
])('%j ends with %i', (argv, code, message) => {
  const { cwd, status, stderr } = create(...argv)
  expect(stderr).toContain(message)
  expect(status).toBe(code)
  expect(readdirSync(cwd)).toEqual([])
})

test('a folder that is in use is said to be', () => {
  const { status, stderr } = create(import.meta.dirname, '--name', 'shelf')
  expect(stderr).toContain('is not empty')
  expect(status).toBe(1)
})

test('help', () => {
  expect(create('--help')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('npm create gantry-adapter') as string,
  })
})
