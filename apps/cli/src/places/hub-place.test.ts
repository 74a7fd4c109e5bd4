import { expect, test } from 'vitest'

import { Workbench } from '../../testing/workbench.ts'

test.each(['hub://hub.example.org/x', 'hub+http://127.0.0.1:1'])(
  '%s needs a login, or a key that is named',
  async (place) => {
    await using bench = await Workbench.make()
    await bench.fill('src', 1)
    for (const argv of [
      ['ls', place],
      ['copy', 'src', place],
    ]) {
      expect(await bench.gantry(argv)).toMatchObject({
        code: 3,
        stderr: expect.stringMatching(/gantry login .*--option keyFile=FILE/u),
      })
    }
    expect(await bench.gantry(['ls', place, '--option', 'keyFile=none.json'])).toMatchObject({
      stderr: expect.not.stringContaining('gantry login'),
    })
  },
)
