import { expect, test } from 'vitest'

import { spawnGantry } from '../testing/bin.ts'
import { Workbench } from '../testing/workbench.ts'

// In a process of its own: what hangs there can be ended.
test.runIf(process.platform === 'linux').each([
  ['jobs', ['copy', 'src', 'dst']],
  ['the catalogue', ['archive', 'src', 'shelf', '--no-manifest']],
])(
  'a home where nobody makes folders is told, and nothing hangs: %s',
  async (_, argv) => {
    await using bench = await Workbench.make()
    await bench.fill('src', 1)
    const ended = await spawnGantry(argv, { cwd: bench.folder, env: { HOME: '/proc/nowhere' }, timeout: 60_000 })
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('GANTRY_STATE') })
  },
  120_000,
)
