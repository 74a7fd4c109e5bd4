import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'

import { expect, test } from 'vitest'

import { bin } from '../testing/bin.ts'
import { Workbench } from '../testing/workbench.ts'

/** Of util-linux: gives a command a terminal. */
const script = '/usr/bin/script'

interface Typed {
  /** Before anything is asked. */
  readonly ahead?: string
  readonly answer: string
}

async function removeAtTerminal(bench: Workbench, { ahead, answer }: Typed): Promise<{ code: number; screen: string }> {
  const argv = ['-qec', `"${process.execPath}" "${bin}" rm dst`, '/dev/null']
  const child = spawn(script, argv, { cwd: bench.folder, env: { ...process.env, ...bench.env }, stdio: 'pipe' })
  if (ahead !== undefined) child.stdin.write(ahead)
  let screen = ''
  let answered = false
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text
    if (answered || !screen.includes('to confirm:')) return
    answered = true
    child.stdin.write(answer)
  })
  const code = await new Promise<number>((resolve) => {
    child.on('close', (exit) => resolve(exit ?? -1))
  })
  return { code, screen }
}

test.skipIf(!existsSync(script) || process.platform !== 'linux').each([
  ['y and Enter', { answer: 'y\r' }, 0, 0],
  ['YES and Enter', { answer: 'YES\r' }, 0, 0],
  ['Enter alone', { answer: '\r' }, 0, 3],
  ['a word with a y', { answer: 'history\r' }, 0, 3],
  ['y without Enter, and Ctrl-C', { answer: 'y\u0003' }, 130, 3],
  ['typed ahead, then Enter alone', { ahead: 'y', answer: '\r' }, 0, 3],
  ['typed ahead with Enter, then n', { ahead: 'history\ry\ry\r', answer: 'n\r' }, 0, 3],
  ['typed ahead, then y and Enter', { ahead: 'n\r', answer: 'y\r' }, 0, 0],
] as const)('a question at a terminal: %s', { timeout: 60_000 }, async (_, typed, exit, left) => {
  await using bench = await Workbench.make()
  await bench.fill('dst', 3)
  const { code, screen } = await removeAtTerminal(bench, typed)
  expect(screen).toContain('Remove 3 entries')
  expect({ code, left: (await bench.files('dst')).length }).toEqual({ code: exit, left })
})
