import { expect, test } from 'vitest'

import { Workbench } from '../testing/workbench.ts'

test.each([
  [['open', '-', 'out']],
  [['share', 'source', '--passphrase', '--to', 'shelf']],
  [['archive', 'source', 'shelf']],
  [['igt', 'login', '--domain', 'igt.example.org', '--user', 'me']],
])('who leaves the question of gantry %j has stopped it', async ([...argv]) => {
  await using bench = await Workbench.make()
  await bench.write('source/a.stl', 'solid a\nendsolid a\n')
  const left = await bench.gantry(argv, { terminal: 100, env: { NO_COLOR: '1' } })
  expect(left).toMatchObject({ code: 130, stderr: 'gantry: Stopped.\n' })
  expect(left.questions).toHaveLength(1)
})
