import { startGcsServer } from '@gantry/testkit/gcs-server'
import { expect, onTestFinished, test } from 'vitest'

import { Workbench } from '../../../testing/workbench.ts'

test(
  'a bucket of Google keeps what is archived in the class that was asked for, until the day that was',
  { timeout: 300_000 },
  async () => {
    const server = await startGcsServer({ buckets: [{ name: 'archive', objectRetention: true }] })
    try {
      await using bench = await Workbench.make()
      await bench.fill('study', 3)
      const options = { endpoint: server.url, retention: 'unlocked' }
      await bench.write('gantry.config.json', JSON.stringify({ remotes: { cold: { url: 'gs://archive/x', options } } }))
      const argv = ['archive', 'study', 'cold:', '--session', 's', '--tier', 'cold', '--retain', '7y', '--no-manifest']
      expect(await bench.gantry(argv)).toMatchObject({ code: 0 })
      const shown = await bench.gantry(['catalogue', 'show', 's', '--json'])
      expect(shown.json.slice(0, -1).map(({ tier }) => tier)).toEqual(['COLDLINE', 'COLDLINE', 'COLDLINE'])
      const listed = await bench.gantry(['ls', 'cold:', '--json'])
      expect(listed.json.filter(({ type }) => type === 'entry').map(({ tier }) => tier)).toEqual([
        'COLDLINE',
        'COLDLINE',
        'COLDLINE',
      ])
      expect(await bench.gantry(['audit', '--sweep'])).toMatchObject({ code: 0 })
      expect((await bench.gantry(['rm', 'cold:0001.dcm', '--yes'])).code).not.toBe(0)
      expect(await bench.gantry(argv)).toMatchObject({ code: 0 })
      const back = await bench.gantry(['restore', 's', 'back'])
      expect(back).toMatchObject({ code: 0, stdout: expect.stringContaining('Copied 3 entries') })
    } finally {
      await server.close()
    }
  },
)

test('a bucket of Google without retention is told of before a passphrase is asked for and a job begins', async () => {
  const server = await startGcsServer({ buckets: ['archive'] })
  onTestFinished(async () => await server.close())
  await using bench = await Workbench.make()
  await bench.fill('study', 3)
  const options = { endpoint: server.url, retention: 'unlocked' }
  await bench.write('gantry.config.json', JSON.stringify({ remotes: { cold: { url: 'gs://archive/x', options } } }))
  const refused = await bench.gantry(['archive', 'study', 'cold:', '--retain', '7y'], { terminal: 100 })
  expect(refused).toMatchObject({ code: 1, questions: [], stdout: '' })
  expect(refused.stderr.match(/no object retention/gu)).toHaveLength(1)
  expect((await bench.gantry(['jobs', '--json'])).json).toEqual([])
  expect(Object.keys(server.requests)).not.toContain('objects.insert')
})

test('retention at Google without the option that says how is refused, and the option named', async () => {
  await using bench = await Workbench.make()
  await bench.fill('study', 1)
  const argv = ['archive', 'study', 'gs://archive/2026', '--retain', '7y', '--no-manifest']
  expect(await bench.gantry(argv)).toMatchObject({ code: 2, stderr: expect.stringContaining('retention=') })
})
