import { existsSync } from 'node:fs'

import { expect, test } from 'vitest'

import { spawnGantry } from '../../../testing/bin.ts'
import { HubBench } from '../../../testing/hub-bench.ts'

test.skipIf(!existsSync('/dev/full'))('a link that cannot be written opens nothing any more', async () => {
  await using hub = await HubBench.make()
  for (const flags of [[], ['--json'], ['--quiet']]) {
    const { bench } = hub
    const options = { cwd: bench.folder, env: bench.env, into: '/dev/full' }
    const ended = await spawnGantry(['share', 'study', ...flags], options)
    expect(ended).toMatchObject({ code: 141, stderr: expect.stringContaining('the share was revoked') })
    expect(ended.stderr).not.toContain('#1.')
  }
  const { json } = await hub.ok(['shares', '--json'])
  expect(json.map(({ state }) => state)).toEqual(['revoked', 'revoked', 'revoked'])
})

test('a person at a terminal gets a link that cannot be written there', async () => {
  await using hub = await HubBench.make()
  const { code, stderr } = await hub.gantry(['share', 'study'], { terminal: 80, stdoutBroken: true })
  expect(code).toBe(141)
  const [link = ''] = /^http\S+#1\.\S+$/mu.exec(stderr) ?? []
  await hub.ok(['open', link, 'restored'])
})
