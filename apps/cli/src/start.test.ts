import { spawnSync } from 'node:child_process'

import { describe, expect, test } from 'vitest'

import { spawnGantry } from '../testing/bin.ts'
import { Workbench } from '../testing/workbench.ts'

/** So slow that there is time to be interrupted. */
const slowly = ['copy', 'src', 'dst', '--json', '--bwlimit', '400k']

function done(text: string): (string | undefined)[] {
  return [...text.matchAll(/"entry:done","path":"([^"]+)"/gu)].map(([, path]) => path)
}

function idOf(stdout: string): string {
  return /"id":"([^"]+)"/u.exec(stdout)?.[1] ?? ''
}

describe('a copy in a process of its own', () => {
  test('pauses at Ctrl-C, and goes on in another process', async () => {
    await using bench = await Workbench.make()
    await bench.fill('src', 20, 50_000)
    const paused = await spawnGantry(slowly, {
      cwd: bench.folder,
      env: bench.env,
      watch(text, child) {
        // As npm does it: what the terminal has sent already comes a second time, and is one Ctrl-C all the same.
        if (!text.includes('"entry:done"')) return
        child.kill('SIGINT')
        child.kill('SIGINT')
      },
    })
    expect(paused.code).toBe(130)
    expect(paused.stdout).toContain('"phase":"paused"')
    expect((await bench.files('dst')).length).toBeLessThan(20)
    const resumed = await spawnGantry(['jobs', 'resume'], { cwd: bench.folder, env: bench.env })
    expect(resumed).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('20 entries, 1.00 MB with what was done before'),
    })
    expect(await bench.files('dst')).toEqual(await bench.files('src'))
  })

  test('goes on after kill -9: nothing is sent twice, nothing is left over', async () => {
    await using bench = await Workbench.make()
    await bench.fill('src', 20, 50_000)
    const killed = await spawnGantry(slowly, {
      cwd: bench.folder,
      env: bench.env,
      watch(text, child) {
        if (text.includes('"entry:done"')) child.kill('SIGKILL')
      },
    })
    expect(killed.code).toBe('SIGKILL')
    const { stdout: list } = await spawnGantry(['jobs'], { cwd: bench.folder, env: bench.env })
    expect(list).toMatch(/interrupted +\d+\/20/u)
    const resumed = await spawnGantry(['jobs', 'resume', idOf(killed.stdout), '--json'], {
      cwd: bench.folder,
      env: bench.env,
    })
    expect(resumed.code).toBe(0)
    expect(done(resumed.stdout).filter((path) => done(killed.stdout).includes(path))).toEqual([])
    expect(await bench.files('dst')).toEqual(await bench.files('src'))
    const verified = await spawnGantry(['verify', 'src', 'dst'], { cwd: bench.folder, env: bench.env })
    expect(verified).toMatchObject({ code: 0, stdout: '20 entries (1.00 MB) the same\n' })
  })
})

test('stops without a word when nobody reads on', async () => {
  await using bench = await Workbench.make()
  await bench.fill('src', 3000, 1)
  const ended = await spawnGantry(['ls', 'src', '--json'], {
    cwd: bench.folder,
    env: bench.env,
    watch: (_, child) => child.stdout?.destroy(),
  })
  expect(ended).toMatchObject({ code: 141, stderr: '' })
})

describe('the Node that it runs on', () => {
  const system = spawnSync('/usr/bin/node', ['--version'], { encoding: 'utf8' }).stdout ?? ''
  const isOld = /^v(?:1\d|20|21)\./u.test(system)

  test.skipIf(!isOld)('an old one hands over to the one of the checkout', async () => {
    await using bench = await Workbench.make()
    const ended = await spawnGantry(['version'], { cwd: bench.folder, env: bench.env, node: '/usr/bin/node' })
    expect(ended).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('(Node 2') })
    expect(ended.stdout).not.toContain(system.trim().slice(1))
  })

  test.skipIf(!isOld)('an old one without such says what is missing', async () => {
    await using bench = await Workbench.make()
    const env = { ...bench.env, GANTRY_RESTARTED: '1' }
    const ended = await spawnGantry(['version'], { cwd: bench.folder, env, node: '/usr/bin/node' })
    expect(ended).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^gantry needs Node 22\.\d+ or newer; this is \d/u),
    })
  })
})
