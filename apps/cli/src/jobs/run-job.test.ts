import { expect, test } from 'vitest'

import { Workbench } from '../../testing/workbench.ts'

test.each(['"type":"job"', '"phase":"planning"', '"phase":"ready"', '"phase":"running"'])(
  'a Ctrl-C at %s is not lost, and never ends with 0',
  async (moment) => {
    await using bench = await Workbench.make()
    await bench.fill('src', 20, 10_000)
    const { code, json } = await bench.gantry(['copy', 'src', 'dst', '--json', '--bwlimit', '100k'], {
      watch(text, interrupt) {
        if (text.includes(moment)) interrupt('signal')
      },
    })
    expect(code).toBe(130)
    expect(json.at(-1)).toMatchObject({ type: 'result', exit: 130 })
    expect((await bench.files('dst')).length).toBeLessThan(20)
    const resumed = await bench.gantry(['jobs', 'resume', '--bwlimit', 'none'])
    expect(resumed.code).toBe(0)
    expect(await bench.files('dst')).toEqual(await bench.files('src'))
  },
)

test('nobody reading on pauses a copy', async () => {
  await using bench = await Workbench.make()
  await bench.fill('src', 20, 10_000)
  const { code } = await bench.gantry(['copy', 'src', 'dst', '--json', '--bwlimit', '100k'], {
    watch(text, interrupt) {
      if (text.includes('"entry:done"')) interrupt('pipe')
    },
  })
  expect(code).toBe(141)
  expect((await bench.gantry(['jobs', '--json'])).json).toMatchObject([{ state: 'paused' }])
})
