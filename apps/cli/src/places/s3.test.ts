import { startS3Server } from '@gantry/testkit/s3-server'
import { describe, expect, test } from 'vitest'

import { withEnvironment } from '../../testing/with-environment.ts'
import { Workbench } from '../../testing/workbench.ts'

describe('against S3', () => {
  test('endpoint and keys from the environment, the endpoint remembered, the keys not', async () => {
    const server = await startS3Server({ buckets: ['archive'] })
    try {
      await using bench = await Workbench.make()
      await bench.fill('src', 5)
      const { accessKeyId, secretAccessKey } = server.credentials
      const keys = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }
      const env = { ...keys, AWS_ENDPOINT_URL: server.url, AWS_REGION: 'us-east-1' }
      await withEnvironment(env, async () => {
        expect(await bench.gantry(['copy', 'src', 's3://archive/a'], { env })).toMatchObject({ code: 0 })
        expect(await bench.gantry(['verify', 'src', 's3://archive/a'], { env })).toMatchObject({ code: 0 })
        expect((await bench.gantry(['ls', 's3://archive'], { env })).stdout).toContain('a/0004.dcm')
        const one = await bench.gantry(['ls', 's3://archive/a/0004.dcm', '--json'], { env })
        expect(one.json[0]).toMatchObject({ type: 'entry', path: '0004.dcm', size: 1000 })
        expect(await bench.gantry(['copy', 's3://archive/a', 'back'], { env })).toMatchObject({ code: 0 })
        expect(await bench.read('back/0002.dcm')).toBe(await bench.read('src/0002.dcm'))
      })
      const { json } = await bench.gantry(['jobs', '--json'])
      expect(JSON.stringify(json)).toContain(encodeURIComponent(server.url))
      expect(JSON.stringify(json)).not.toContain(secretAccessKey)
      expect(JSON.stringify(json)).not.toContain(accessKeyId)
    } finally {
      await server.close()
    }
  })

  test('one entry that may not be looked at is 3, and not a folder with nothing in it; a folder still is one', async () => {
    const refused = { operation: ['HeadObject', 'GetObject'], times: Infinity } as const
    const does = { kind: 'answer', status: 403, code: 'AccessDenied' } as const
    const server = await startS3Server({ buckets: ['archive'] })
    try {
      await using bench = await Workbench.make()
      await bench.fill('src', 2)
      const { accessKeyId, secretAccessKey } = server.credentials
      const keys = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }
      const env = { ...keys, AWS_ENDPOINT_URL: server.url, AWS_REGION: 'us-east-1' }
      await withEnvironment(env, async () => {
        expect(await bench.gantry(['copy', 'src', 's3://archive/a'], { env })).toMatchObject({ code: 0 })
        server.fault({ ...refused, does })
        for (const argv of [['copy', 'out'], ['verify', 'src'], ['ls'], ['rm', '--yes']]) {
          const [command = '', ...rest] = argv
          const result = await bench.gantry([command, 's3://archive/a/0000.dcm', ...rest], { env })
          expect([command, result.code]).toEqual([command, 3])
        }
        expect((await bench.gantry(['ls', 's3://archive/a'], { env })).stdout).toContain('0001.dcm')
      })
    } finally {
      await server.close()
    }
  })

  test('a missing bucket is 1, a wrong key 3, for listing and for copying', async () => {
    const server = await startS3Server({ buckets: ['archive'] })
    try {
      await using bench = await Workbench.make()
      await bench.fill('src', 3)
      const { accessKeyId, secretAccessKey } = server.credentials
      const remote = (bucket: string, secret: string) => ({
        url: `s3://${bucket}`,
        options: { endpoint: server.url, credentials: { accessKeyId, secretAccessKey: { env: secret } } },
      })
      const remotes = { good: remote('archive', 'GOOD'), bad: remote('archive', 'BAD'), gone: remote('gone', 'GOOD') }
      await bench.write(
        'gantry.config.json',
        JSON.stringify({ remotes: { ...remotes, unset: remote('archive', 'UNSET') } }),
      )
      const env = { GOOD: secretAccessKey, BAD: 'wrong' }
      const codeOf = async (...argv: string[]) => (await bench.gantry(argv, { env })).code
      expect(await codeOf('copy', 'src', 'good:x')).toBe(0)
      expect(await codeOf('ls', 'good:x')).toBe(0)
      expect(await codeOf('ls', 'gone:')).toBe(1)
      expect(await codeOf('copy', 'src', 'gone:x')).toBe(1)
      expect(await codeOf('ls', 'bad:')).toBe(3)
      expect(await codeOf('copy', 'src', 'bad:x')).toBe(3)
      expect(await codeOf('ls', 'unset:')).toBe(3)
      // The job keeps the remote's name, and goes on when what was wrong is put right.
      const { json } = await bench.gantry(['jobs', '--json'])
      const failed = json.find(({ spec }) => (spec as { to: string }).to === 'bad:x')
      const resumed = await bench.gantry(['jobs', 'resume', String(failed?.['id'])], {
        env: { ...env, BAD: secretAccessKey },
      })
      expect(resumed).toMatchObject({ code: 0 })
    } finally {
      await server.close()
    }
  })

  test('rm says what it leaves because its name is no path, and ends with 1; stat says where nothing is', async () => {
    const server = await startS3Server({ buckets: ['archive'] })
    try {
      await using bench = await Workbench.make()
      await bench.fill('src', 2)
      const { accessKeyId, secretAccessKey } = server.credentials
      const options = { endpoint: server.url, credentials: { accessKeyId, secretAccessKey: { env: 'GOOD' } } }
      const remotes = {
        all: { url: 's3://archive', options },
        odd: { url: 's3://archive/a//b', options },
        gone: { url: 's3://gone', options },
      }
      await bench.write('gantry.config.json', JSON.stringify({ remotes }))
      const run = async (...argv: string[]) => await bench.gantry(argv, { env: { GOOD: secretAccessKey } })
      expect(await run('stat', 'all:')).toMatchObject({ code: 0, stdout: expect.stringMatching(/Entries +0 entries/u) })
      expect(await run('stat', 'all:x')).toMatchObject({ code: 1, stderr: expect.stringContaining('There is nothing') })
      await run('copy', 'src', 'all:x')
      expect(await run('stat', 'all:x')).toMatchObject({ code: 0 })
      await run('copy', 'src', 'odd:')
      const planned = await run('rm', 'all:', '--dry-run', '--json')
      expect(planned.json.at(-1)).toMatchObject({ type: 'result', entries: 2, refused: 2, exit: 1 })
      expect((await run('rm', 'all:', '--include', 'y/*', '--yes', '--json')).json.at(-1)).toMatchObject({ exit: 0 })
      expect(await run('rm', 'all:', '--yes')).toMatchObject({
        code: 1,
        stdout: 'Removed 2 entries\n',
        stderr: expect.stringMatching(/^Left: a\/\/b\/0000\.dcm: .+\nLeft: a\/\/b\/0001\.dcm: .+\n$/u),
      })
      const again = await run('rm', 'all:', '--yes', '--json')
      expect(again.json).toMatchObject([
        { type: 'failed' },
        { type: 'failed' },
        { type: 'result', refused: 2, exit: 1 },
      ])
      // A plan that cannot be made has a result, too.
      const unplanned = await run('copy', 'gone:', 'dst', '--dry-run', '--json')
      expect(unplanned).toMatchObject({ code: 1, stderr: '' })
      expect(unplanned.json.at(-1)).toMatchObject({ type: 'result', dryRun: true, exit: 1 })
    } finally {
      await server.close()
    }
  })
})
