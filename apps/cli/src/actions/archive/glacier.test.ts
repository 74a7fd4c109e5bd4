import { startS3Server } from '@gantry/testkit/s3-server'
import { expect, test } from 'vitest'

import { Workbench } from '../../../testing/workbench.ts'

test(
  'what is frozen is audited without being read, thawed when it is restored, and waited for',
  { timeout: 300_000 },
  async () => {
    const server = await startS3Server({ buckets: ['archive'], thawTime: 3000 })
    try {
      await using bench = await Workbench.make()
      await bench.fill('study', 6)
      const { accessKeyId, secretAccessKey } = server.credentials
      const credentials = { accessKeyId, secretAccessKey: { env: 'SECRET' } }
      const storageClasses = ['STANDARD', 'STANDARD_IA', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE']
      const options = { endpoint: server.url, region: 'us-east-1', credentials, storageClasses }
      await bench.write('gantry.config.json', JSON.stringify({ remotes: { ice: { url: 's3://archive', options } } }))
      const env = { SECRET: secretAccessKey }
      const run = async (...argv: string[]) => await bench.gantry(argv, { env })
      expect(await run('archive', 'study', 'ice:x', '--tier', 'luke', '--no-manifest')).toMatchObject({ code: 2 })
      const archived = await run('archive', 'study', 'ice:x', '--session', 's', '--tier', 'frozen', '--no-manifest')
      expect(archived).toMatchObject({ code: 0, stdout: expect.stringContaining('6 entries recorded') })
      const shown = await run('catalogue', 'show', 's', '--json')
      expect(shown.json.slice(0, -1).map(({ tier }) => tier)).toEqual(Array.from({ length: 6 }, () => 'DEEP_ARCHIVE'))
      expect(
        (await run('archive', 'study', 'ice:x', '--tier', 'frozen', '--no-manifest', '--json')).json,
      ).toContainEqual(expect.objectContaining({ type: 'archive', sent: 0, known: 6 }))
      const audited = await run('audit', '--sweep', '--json')
      expect([audited.code, audited.json.at(-1)]).toMatchObject([0, { audited: 6, read: 0, findings: 0 }])

      const asked = await run('restore', 's', 'back')
      expect(asked).toMatchObject({
        code: 1,
        stdout: expect.stringMatching(/6 entries being thawed, 0 ready.*--wait/su),
      })
      expect(await bench.files('back')).toEqual([])
      const waited = await run('restore', 's', 'back', '--wait', '1s')
      expect(waited).toMatchObject({ code: 0, stdout: expect.stringContaining('Copied 6 entries') })
      expect(server.requests.RestoreObject).toBe(6)
      expect(await bench.read('back/0003.dcm')).toBe(await bench.read('study/0003.dcm'))
    } finally {
      await server.close()
    }
  },
)
