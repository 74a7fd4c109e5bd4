import { spawn, spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

import { describe, expect, onTestFinished, test } from 'vitest'

import { start } from './start.ts'

const main = fileURLToPath(new URL('main.ts', import.meta.url))

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-start-test-'))
  onTestFinished(async () => await rm(folder, { recursive: true, force: true }))
  return folder
}

describe('npm start', () => {
  test('makes the journey with a phantom: killed half way, resumed, verified, restored, compared', async () => {
    const lines: string[] = []
    const phantom = { size: 64, series: 2, slices: 20 }
    const code = await start(['--once'], { phantom, print: (line) => lines.push(line) })
    expect(lines.join('\n')).toMatch(/study +phantom CT, 2 series: 40 files/u)
    expect(lines.join('\n')).toMatch(/killed \(kill -9\) after \d+ files/u)
    expect(lines.join('\n')).toMatch(/resume +\d+ files.*not sent again; 0 skipped, 0 retried/u)
    expect(lines.join('\n')).toContain('40 of 40 SHA-256 digests the same')
    expect(lines.join('\n')).toContain('40 of 40 files identical, byte for byte')
    expect(lines.filter((line) => line.includes('PROBLEM'))).toEqual([])
    expect(lines.at(-1)).toMatch(/^All held: /u)
    expect(code).toBe(0)
  })

  test('and with any files of one’s own', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'söme'))
    await writeFile(join(folder, 'söme', 'Ünïcode näme.dcm'), 'x'.repeat(100_000))
    await writeFile(join(folder, 'empty'), '')
    if (sep === '/') await writeFile(join(folder, 'back\\slash'), 'x')
    const count = sep === '/' ? 3 : 2
    const lines: string[] = []
    const code = await start(['--once', folder], { print: (line) => lines.push(line) })
    expect(lines.filter((line) => line.includes('PROBLEM'))).toEqual([])
    expect(lines.join('\n')).toContain(`${count} of ${count} files identical`)
    expect(code).toBe(0)
  })

  test('says which of them cannot be copied, and why', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'file'), 'x')
    await symlink('nowhere', join(folder, 'link'))
    const lines: string[] = []
    const code = await start(['--once', folder], { print: (line) => lines.push(line) })
    const problems = lines.filter((line) => line.includes('PROBLEM'))
    expect(problems.filter((line) => line.includes('"./link": It is a link that leads nowhere'))).toHaveLength(1)
    expect(lines.join('\n')).toContain('1 of 1 files identical')
    expect(code).toBe(1)
  })
})

describe('what it is given', () => {
  test.each([
    [['/nix'], 2, 'There is no folder /nix'],
    [[main], 2, 'is not a folder'],
    [['a', 'b'], 2, 'npm start -- <folder>'],
    [['--what'], 2, 'npm start -- <folder>'],
    [['--help'], 0, 'npm start -- <folder>'],
  ])('%j ends with %i', (argv, code, text) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...argv], { encoding: 'utf8' })
    expect(stdout + stderr).toContain(text)
    expect(status).toBe(code)
  })

  test('an empty folder is said to be empty', async () => {
    const folder = await temporaryFolder()
    const { status, stderr } = spawnSync(process.execPath, [main, folder], { encoding: 'utf8' })
    expect(stderr).toBe(`There are no files in ${folder}\n`)
    expect(status).toBe(2)
  })
})

test('Ctrl-C ends it, and leaves nothing behind', async () => {
  const folder = await temporaryFolder()
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  child.stdout.once('data', () => child.kill('SIGINT'))
  const code = await new Promise((resolve) => child.on('close', resolve))
  expect(code).toBe(130)
  expect(await readdir(folder)).toEqual([])
})
