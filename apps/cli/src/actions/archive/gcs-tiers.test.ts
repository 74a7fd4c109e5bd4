import { startGcsServer } from '@gantry/testkit/gcs-server'
import { expect, test } from 'vitest'

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
