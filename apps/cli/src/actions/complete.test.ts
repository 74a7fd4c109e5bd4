import { spawnSync } from 'node:child_process'

import { describe, expect, test } from 'vitest'

import { typeInBash } from '../../testing/type-in-bash.ts'
import { Workbench } from '../../testing/workbench.ts'
import { shells } from '../complete/shells.ts'

function has(shell: string): boolean {
  return spawnSync(shell, ['-c', 'true']).status === 0
}

/** What runs a command where it is evaluated. */
const hostile = [
  '$(touch${IFS}ran-1)',
  '`touch ran-2`',
  '"$(touch ran-3)"',
  '--x=$(touch${IFS}ran-4)=',
  "';touch ran-5;'",
]
const withRemote = '{ "remotes": { "pacs": "./x" } }'

describe('completion', () => {
  test.skipIf(!has('bash'))('in bash', async () => {
    await using bench = await Workbench.make()
    await bench.write('gantry.config.json', withRemote)
    const lines = ['gantry vers\t', 'gantry copy p\t', 'gantry copy ./x --layout h\t', 'gantry copy ./x --layout=h\t']
    expect(
      await typeInBash([...lines, 'gantry ls gantry.c\t', 'gantry verify healthc\t'], {
        cwd: bench.folder,
        env: bench.env,
      }),
    ).toEqual([
      'gantry version',
      'gantry copy pacs:',
      'gantry copy ./x --layout hierarchical',
      'gantry copy ./x --layout=hierarchical',
      'gantry ls gantry.config.json',
      'gantry verify healthcare://',
    ])
  })

  test.skipIf(!has('bash'))('runs nothing that is typed in bash', async () => {
    await using bench = await Workbench.make()
    await bench.write('gantry.config.json', withRemote)
    const lines = hostile.flatMap((word) => [`gantry copy ${word} p\t`, `gantry copy ${word}\t`])
    const typed = await typeInBash(lines, { cwd: bench.folder, env: bench.env })
    expect(typed).toHaveLength(lines.length)
    expect(typed[0]).toBe(`gantry copy ${hostile[0]} pacs:`)
    expect(await bench.files('.')).toEqual(['gantry.config.json'])
  })

  test.skipIf(!has('zsh'))('runs nothing that is typed in zsh', async () => {
    await using bench = await Workbench.make()
    await bench.write('script', (await bench.gantry(['completion', 'zsh'])).stdout)
    // Its functions for completion work in a terminal alone.
    await bench.write(
      'try',
      `compdef() { :; }; compset() { :; }; _files() { :; }; _describe() { print -rl -- "\${(@P)2}"; }
      gantry() { print -r -- $'offered\\tof it\\n:4'; }
      source ./script
      for word in "$@"; do words=(gantry copy "$word" pa); PREFIX="$word"; CURRENT=3; _gantry; CURRENT=4; _gantry; done`,
    )
    const { stdout } = spawnSync('zsh', ['-f', bench.path('try'), ...hostile], { cwd: bench.folder, encoding: 'utf8' })
    expect(stdout).toBe('offered:of it\n'.repeat(2 * hostile.length))
    expect(await bench.files('.')).toEqual(['script', 'try'])
  })

  test.skipIf(!has('fish'))('runs nothing that is typed in fish', async () => {
    await using bench = await Workbench.make()
    await bench.write('script', (await bench.gantry(['completion', 'fish'])).stdout)
    const script = `function gantry; printf 'offered\\tof it\\n:4\\n'; end; source ./script; for word in $argv; complete -C "gantry copy $word o"; end`
    const { stdout } = spawnSync('fish', ['--no-config', '-c', script, ...hostile], {
      cwd: bench.folder,
      encoding: 'utf8',
    })
    expect(stdout).toContain('offered')
    expect(await bench.files('.')).toEqual(['script'])
  })

  test.each(shells)('there is a script for %s, which evaluates nothing', async (shell) => {
    await using bench = await Workbench.make()
    const { code, stdout } = await bench.gantry(['completion', shell])
    expect(code).toBe(0)
    expect(stdout).toMatch(/gantry complete '?--/u)
    expect(stdout).not.toMatch(/^\s*(?:[^#\n]*[\s(;])?(?:eval|Invoke-Expression)\s/mu)
  })
})
