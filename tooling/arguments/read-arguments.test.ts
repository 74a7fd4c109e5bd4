import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { scripts } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as { scripts: Record<string, string> }
const called = Object.entries(scripts).flatMap(([name, command]) => {
  const [, file] = /^node (?:--conditions=@gantry\/source )?(tooling\/\S+\.ts)$/u.exec(command) ?? []
  return file === undefined ? [] : [[name, file] as const]
})

test('scripts of this repository are many', () => {
  expect(called.map(([name]) => name)).toEqual(
    expect.arrayContaining(['start', 'chaos', 'bench', 'soak', 'fuzz', 'docs']),
  )
})

test.for(called)('npm run %s says how it is called, where it has no such option', { timeout: 60_000 }, ([, file]) => {
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    ['--conditions=@gantry/source', file, '--no-such-option'],
    { cwd: root, encoding: 'utf8' },
  )
  expect(stderr).toMatch(/npm (?:run )?[a-z]|there are/u)
  expect(stderr).not.toMatch(/^ +at /mu)
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
})
