import { expect, test } from 'vitest'

import { Workbench } from '../testing/workbench.ts'

test('what throws the reason of its signal was stopped, and did not fail', async () => {
  await using bench = await Workbench.make()
  await bench.fill('study', 3)
  const env = { GANTRY_PASSPHRASE: 'correct horse battery' }
  expect((await bench.gantry(['archive', 'study', 'shelf', '--no-manifest'], { env })).code).toBe(0)
  const exported = await bench.gantry(['catalogue', 'export'], { watch: (_, interrupt) => interrupt('signal') })
  expect(exported).toMatchObject({ code: 130, stderr: 'gantry: Stopped.\n' })
})
