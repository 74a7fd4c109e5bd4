import { expect, test } from 'vitest'

import { Workbench } from '../../../testing/workbench.ts'

test('what changed at the source since the plan is not said to be mended by its job', async () => {
  await using bench = await Workbench.make()
  await bench.fill('src', 8, 20_000)
  const paused = await bench.gantry(['copy', 'src', 'dst', '--bwlimit', '50k', '--jobs', '1', '--json'], {
    watch(text, interrupt) {
      if (text.includes('"entry:done"')) interrupt('signal')
    },
  })
  const id = String(paused.json[0]?.['id'])
  const over = new Set(paused.json.filter(({ type }) => type === 'entry:done').map(({ path }) => path))
  const [changed = ''] = (await bench.files('src')).filter((path) => !over.has(path))
  await bench.write(`src/${changed}`, 'another by now')
  const resumed = await bench.gantry(['jobs', 'resume', id])
  expect(resumed).toMatchObject({ code: 1, stdout: expect.stringContaining('precondition_failed') })
  for (const { stdout } of [resumed, await bench.gantry(['jobs', 'show', id])]) {
    expect(stdout).toContain('run the same command again')
    expect(stdout).not.toContain('jobs resume')
  }
  expect((await bench.gantry(['copy', 'src', 'dst'])).code).toBe(0)
  expect(await bench.read(`dst/${changed}`)).toBe('another by now')
})
