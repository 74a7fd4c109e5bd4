import { readFile } from 'node:fs/promises'

import { writePhantom } from '@gantry/testkit/phantom'
import type { Command } from 'commander'
import { expect, test } from 'vitest'

import { meshOf, startHub } from '../testing/hub-bench.ts'
import { Workbench } from '../testing/workbench.ts'
import { exitCodes } from './exit-code.ts'
import type { Io } from './io.ts'
import { createProgram } from './program.ts'

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')

const silent = {
  write() {},
  ready: () => Promise.resolve(),
  written: () => Promise.resolve(true),
  isTerminal: false,
  columns: 80,
}
const io: Io = {
  stdout: silent,
  stderr: silent,
  env: {},
  cwd: '/',
  interactive: false,
  onInterrupt: () => () => {},
  confirm: () => Promise.resolve(undefined),
  askSecret: () => Promise.resolve(undefined),
  readLine: () => Promise.resolve(''),
}

test('the examples work', { timeout: 240_000 }, async () => {
  await using bench = await Workbench.make()
  await writePhantom(bench.path('study'), { size: 16, slices: 3 })
  const block = /```sh\n(gantry .*?)```/su.exec(readme)?.[1] ?? ''
  const commands = block.split('\n').filter((line) => line.startsWith('gantry '))
  expect(commands.length).toBeGreaterThan(5)
  for (const command of commands) {
    const words = command
      .replace(/\s+#.*$/u, '')
      .replaceAll('s3://', './')
      .split(/\s+/u)
      .slice(1)
    const result = await bench.gantry(words.map((word) => word.replaceAll("'", '')))
    expect({ command, code: result.code }).toEqual({ command, code: 0 })
  }
})

test('the examples of sharing work', { timeout: 240_000 }, async () => {
  await using bench = await Workbench.make()
  await writePhantom(bench.path('study'), { size: 16, slices: 3 })
  await bench.write('knee.stl', meshOf(2))
  const block = /```sh\n(gantry hub .*?)```/su.exec(readme)?.[1] ?? ''
  const [first, ...commands] = block.split('\n').map((line) => line.replace(/\s+#.*$/u, ''))
  expect(first).toBe('gantry hub')
  const { stop } = await startHub(bench, ['--folder', '.local/share/gantry/hub'])
  let input = ''
  for (const command of commands.filter((line) => line !== '')) {
    const result = await bench.gantry(command.split(/\s+/u).slice(1), { input })
    expect({ command, code: result.code, said: result.stderr }).toMatchObject({ command, code: 0 })
    input = result.stdout
  }
  await stop()
  expect(await bench.files('restored')).toHaveLength(5)
})

test('every command and option is in it', () => {
  const program = createProgram(io, () => Promise.resolve(), { json: false })
  const missing: string[] = []
  const visit = (command: Command, path: string) => {
    const help = command.createHelp()
    for (const option of help.visibleOptions(command)) {
      const long = option.long ?? ''
      if (!['--help', '--version'].includes(long) && !readme.includes(long)) missing.push(`${path} ${long}`)
    }
    for (const inner of help.visibleCommands(command)) {
      const name = `${path} ${inner.name()}`
      if (!readme.includes(name) && name !== 'gantry jobs list') missing.push(name)
      visit(inner, name)
    }
  }
  visit(program, 'gantry')
  expect(missing).toEqual([])
})

test('every exit code is in its table', () => {
  const table = [...readme.matchAll(/^\| *(\d+) +\|/gmu)].map(([, code]) => Number(code))
  expect(table).toEqual(Object.values(exitCodes))
})
