import { rename } from 'node:fs/promises'

import { expect, test } from 'vitest'

import { Workbench } from '../../../testing/workbench.ts'

test.each([[[]], [['--overwrite']]])(
  'what was done and is gone from the destination is sent again, with %j',
  async (more) => {
    await using bench = await Workbench.make()
    await bench.fill('src', 8, 20_000)
    const paused = await bench.gantry(['copy', 'src', 'dst', '--bwlimit', '50k', '--jobs', '1', '--json', ...more], {
      watch(text, interrupt) {
        if (text.includes('"entry:done"')) interrupt('signal')
      },
    })
    const id = String(paused.json[0]?.['id'])
    const done = paused.json.filter(({ type }) => type === 'entry:done').length
    expect(done).toBeGreaterThan(0)
    await rename(bench.path('dst'), bench.path('unmounted'))
    const again = more.length > 0 ? ['copy', 'src', 'dst', ...more] : ['jobs', 'resume', id, '--bwlimit', 'none']
    const resumed = await bench.gantry(again)
    expect(resumed).toMatchObject({ code: 0, stdout: expect.stringContaining('Copied 8 entries') })
    expect(resumed.stderr).toMatch(new RegExp(`${done} (entry that was|entries that were) done before`, 'u'))
    expect(await bench.files('dst')).toEqual(await bench.files('src'))
  },
)
