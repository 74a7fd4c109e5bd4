import { chmod } from 'node:fs/promises'

import { startS3Server } from '@gantry/testkit/s3-server'
import { describe, expect, test } from 'vitest'

import { HubBench, meshOf } from '../../../testing/hub-bench.ts'
import { Workbench } from '../../../testing/workbench.ts'

const key = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
const id = 'AAAAAAAAAAAAAAAAAAAAAA'

describe('gantry shares and revoke', () => {
  test('list, audit, end', async () => {
    await using hub = await HubBench.make()
    expect(await hub.ok(['shares'])).toMatchObject({ stdout: '', stderr: 'No shares yet: gantry share makes one.\n' })
    const first = await hub.share(['--max-opens', '1', '--expires', '7d'])
    const second = await hub.share()
    await hub.ok(['open', first, 'restored'])
    const used = await hub.gantry(['open', first, 'again'])
    expect(used).toMatchObject({ code: 1, stderr: expect.stringContaining('as often as it may be') })
    const { json } = await hub.ok(['shares', '--json'])
    expect(json).toMatchObject([
      { type: 'share', state: 'open', opens: 0, passphrase: false },
      { type: 'share', state: 'used up', opens: 1, maxOpens: 1 },
    ])
    const table = (await hub.ok(['shares'])).stdout
    expect(table).toMatch(/1 of 1 +no +used up/u)
    const audit = await hub.ok(['shares', '--audit', String(json[1]?.['id'])])
    expect(audit.stdout).toMatch(/created +clinic[^]*opened +-[^]*refused +- +used_up/u)

    expect((await hub.ok(['revoke', '-'], { input: second })).stdout).not.toContain('stay at the place')
    await hub.ok(['revoke', String(json[1]?.['id'])])
    const states = (await hub.ok(['shares', '--json'])).json.map(({ state }) => state)
    expect(states).toEqual(['revoked', 'revoked'])
    const gone = await hub.gantry(['open', second, 'late'])
    expect(gone).toMatchObject({ code: 1, stderr: expect.stringContaining('was revoked') })
    expect(await hub.bench.files('late')).toEqual([])
  })

  test('an admin finds the shares of an account that is revoked, and ends them', async () => {
    await using hub = await HubBench.make()
    const secret = await hub.share()
    expect((await hub.ok(['shares'])).stdout).not.toContain('OWNER')
    await hub.ok(['hub', 'account', 'revoke', 'clinic', '--folder', 'hub'])
    const boss = ['boss', '--scopes', 'admin', '--folder', 'hub', '--out', 'boss.json']
    await hub.ok(['hub', 'account', 'create', ...boss])
    await hub.ok(['login', '--hub', hub.hub, '--key', 'boss.json'])
    expect((await hub.ok(['shares'])).stdout).toMatch(/OWNER[^]*open +clinic/u)
    const [share] = (await hub.ok(['shares', '--json'])).json
    expect(share).toMatchObject({ owner: 'clinic', state: 'open' })
    await hub.ok(['revoke', String(share?.['id'])])
    expect((await hub.gantry(['open', secret, 'late'])).stderr).toContain('was revoked')
  })

  test('an expired share is over', async () => {
    await using hub = await HubBench.make()
    const secret = await hub.share(['--expires', '1s'])
    await expect
      .poll(async () => (await hub.gantry(['open', secret, 'late'])).stderr, { timeout: 20_000 })
      .toContain('has expired')
    expect((await hub.ok(['shares'])).stdout).toContain('expired')
  })

  test('a wrong secret opens nothing and is not repeated', async () => {
    await using hub = await HubBench.make()
    const secret = await hub.share()
    const other = await hub.gantry(['open', secret.replace(/#1\..*$/u, `#1.${key}`), 'none', '--debug'])
    expect(other.code).not.toBe(0)
    expect(other.stderr + other.stdout).not.toContain(key)
    const unknown = await hub.gantry(['open', `${hub.hub}/s/${id}#1.${key}`, 'none'])
    expect(unknown.code).toBe(1)
    for (const argv of [
      ['open', `${secret}x`, 'none'],
      ['open', 'none', secret],
      ['ls', secret],
      ['share', secret],
      ['revoke', `${secret}x`],
      ['shares', '--audit', secret],
      ['revoke', `https://other.example.org/s/${id}#1.${key}`],
      ['revoke', `gantry:s/${id}#1.${key}`],
      ['open', `gantry:s/${id}#1.${key}`, 'none'],
    ]) {
      const result = await hub.gantry([...argv, '--debug'])
      expect({ argv: argv[0], code: result.code }).toEqual({ argv: argv[0], code: 2 })
      expect(result.stderr + result.stdout).not.toContain(secret.split('#')[1])
      expect(result.stderr + result.stdout).not.toContain(key)
    }
    expect(await hub.bench.files('none')).toEqual([])
  })
})

describe('without a hub', () => {
  test('a folder keeps a share, and opens it from there', async () => {
    await using hub = await HubBench.make()
    await hub.ok(['logout'])
    const secret = await hub.share(['--to', './kept'])
    expect(secret).toMatch(/^gantry:s\//u)
    const kept = await hub.textOf('kept')
    for (const text of ['study-1', 'knee', 'DICM', '1.2.840']) expect(kept).not.toContain(text)
    await hub.ok(['open', secret, 'restored', '--from', './kept'])
    expect(await hub.bench.read('restored/knee.stl')).toBe(await hub.bench.read('knee.stl'))
    expect((await hub.ok(['shares', '--from', './kept'])).stdout).toMatch(/ no +open/u)
    expect((await hub.gantry(['revoke', secret, '--from', './elsewhere'])).code).toBe(1)
    await hub.ok(['open', secret, 'again', '--from', './kept'])
    expect((await hub.ok(['revoke', secret, '--from', './kept'])).stdout).toContain('other shares may name them')
    expect((await hub.gantry(['open', secret, 'late', '--from', './kept'])).code).toBe(1)
    const expiring = await hub.gantry(['share', 'knee.stl', '--to', './kept', '--expires', '1d'])
    expect(expiring).toMatchObject({ code: 2, stderr: expect.stringContaining('Only a hub') })
    expect((await hub.gantry(['share', 'kept', '--to', './kept/inner'])).code).toBe(2)
  })
})

test('a bucket keeps a share', async () => {
  const server = await startS3Server({ buckets: ['archive'] })
  try {
    await using bench = await Workbench.make()
    await bench.write('knee.stl', meshOf(2))
    const { accessKeyId, secretAccessKey } = server.credentials
    const credentials = { accessKeyId, secretAccessKey: { env: 'SECRET' } }
    const bucket = { url: 's3://archive/shares', options: { endpoint: server.url, credentials } }
    await bench.write('gantry.config.json', JSON.stringify({ remotes: { bucket } }))
    const env = { SECRET: secretAccessKey }
    const shared = await bench.gantry(['share', 'knee.stl', '--to', 'bucket:', '--quiet'], { env })
    expect(shared).toMatchObject({ code: 0, stderr: '' })
    const opened = await bench.gantry(['open', shared.stdout.trim(), 'back', '--from', 'bucket:'], { env })
    expect(opened.code).toBe(0)
    expect(await bench.read('back/knee.stl')).toBe(await bench.read('knee.stl'))
  } finally {
    await server.close()
  }
})

describe('who may share', () => {
  test('nobody who is not logged in', async () => {
    await using bench = await Workbench.make()
    await bench.fill('src', 1)
    for (const argv of [['share', 'src'], ['shares'], ['get-token'], ['revoke', id]]) {
      expect(await bench.gantry(argv)).toMatchObject({ code: 3, stderr: expect.stringContaining('gantry login') })
    }
  })

  test('what is remembered may be damaged', async () => {
    await using bench = await Workbench.make()
    await bench.write('jobs/login.json', '{}')
    expect(await bench.gantry(['shares'])).toMatchObject({ code: 1, stderr: expect.stringContaining('log in again') })
    await bench.write('hub/hub.json', '{')
    const damaged = await bench.gantry(['hub', 'account', 'list', '--folder', 'hub'])
    expect(damaged).toMatchObject({ code: 1, stderr: expect.stringContaining('settings are damaged') })
  })

  test('a key that others can read is not taken, nor one of another hub', async () => {
    await using hub = await HubBench.make()
    await chmod(hub.bench.path('clinic.json'), 0o644)
    expect(await hub.gantry(['login', '--key', 'clinic.json'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('chmod 600'),
    })
    expect((await hub.gantry(['share', 'knee.stl'])).code).toBe(3)
    await chmod(hub.bench.path('clinic.json'), 0o600)
    const other = await hub.gantry(['login', '--key', 'clinic.json', '--hub', 'https://hub.example.org'])
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('another hub') })
  })

  test('a token alone on stdout, with fewer rights on request', async () => {
    await using hub = await HubBench.make()
    const { stdout, stderr } = await hub.ok(['get-token', '--scopes', 'shares:read'])
    expect(stderr).toMatch(/^expires \d{4}-/u)
    const headers = { authorization: `Bearer ${stdout.trim()}` }
    expect((await fetch(`${hub.hub}/v1/shares`, { headers })).status).toBe(200)
    expect((await fetch(`${hub.hub}/v1/objects`, { headers })).status).toBe(403)
    expect((await hub.gantry(['get-token', '--scopes', 'all'])).code).toBe(2)
  })

  test('an account that is held to a prefix shares below it; its hub is a place like others', async () => {
    await using hub = await HubBench.make()
    await hub.ok(['hub', 'account', 'create', 'ward', '--folder', 'hub', '--out', 'w.json', '--prefix', 'ward/7'])
    await hub.ok(['login', '--key', 'w.json'])
    const place = `${hub.hub.replace('http:', 'hub+http:')}/ward/7`
    for (const flags of [[], ['--to', place]]) await hub.ok(['open', await hub.share(flags), `r${flags.length}`])
    const { json } = await hub.ok(['ls', place, '--json'])
    expect(json.filter(({ type }) => type === 'entry').length).toBe(12)
    const copied = await hub.ok(['copy', 'knee.stl', `${place}/plain`])
    expect(copied.stderr).toContain('not encrypted')
    expect((await hub.gantry(['share', 'knee.stl', '--to', place.replace('/ward/7', '/other')])).code).toBe(3)
  })
})
