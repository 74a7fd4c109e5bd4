import { stat } from 'node:fs/promises'

import { describe, expect, test } from 'vitest'

import { spawnGantry } from '../../../testing/bin.ts'
import { HubBench, startHub } from '../../../testing/hub-bench.ts'
import { Workbench } from '../../../testing/workbench.ts'

async function modeOf(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o777).toString(8)
}

describe('gantry hub', () => {
  test('serves until it is asked to stop, and says nothing of ids, paths and tokens', async () => {
    await using bench = await Workbench.make()
    const { url, stop } = await startHub(bench)
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    await fetch(`${url}/v1/shares/AAAAAAAAAAAAAAAAAAAAAA/open`, { method: 'POST' })
    await fetch(`${url}/v1/objects/patient-smith/1.dcm?token=abc`)
    const { code, json, stdout, stderr } = await stop()
    expect(code).toBe(0)
    expect(json.filter(({ type }) => type === 'request').map(({ route, status }) => [route, status])).toEqual([
      ['/healthz', 200],
      ['/v1/shares/{id}/open', 404],
      ['/v1/objects/{path}', 401],
    ])
    expect(stdout + stderr).not.toMatch(/AAAAAAAA|smith|abc/u)
    await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed')
    expect(await modeOf(bench.path('hub'))).toBe('700')
    expect(await modeOf(bench.path('hub/hub.json'))).toBe('600')
  })

  test.each(['SIGINT', 'SIGTERM'] as const)('a process of its own ends cleanly at %s', async (signal) => {
    await using bench = await Workbench.make()
    const ended = await spawnGantry(['hub', '--folder', 'hub', '--port', '0', '--json'], {
      cwd: bench.folder,
      env: bench.env,
      watch(text, child) {
        if (text.includes('"type":"hub"')) child.kill(signal)
      },
    })
    expect(ended).toMatchObject({ code: 0, stderr: '' })
  })

  test('requests are lines with --verbose, and told to nobody without', async () => {
    await using bench = await Workbench.make()
    for (const verbose of [true, false]) {
      const flags = ['hub', '--folder', 'hub', '--port', '0', ...(verbose ? ['--verbose'] : [])]
      const { stderr, code } = await bench.gantry(flags, {
        watch(text, interrupt) {
          const url = /Hub (\S+)/u.exec(text)?.[1]
          if (url !== undefined) void fetch(`${url}/healthz`).then(() => interrupt('signal'))
        },
      })
      expect(code).toBe(0)
      expect(/GET \/healthz 200 \d+ ms/u.test(stderr)).toBe(verbose)
      expect(stderr).toContain('Nobody has an account yet')
    }
  })

  test('hands out a web app, whose pages reach what they need and nothing else', async () => {
    await using bench = await Workbench.make()
    await bench.write('app/index.html', '<title>An app</title>')
    await bench.write('app/assets/a.js', 'export {}')
    await bench.write('studies/readme.txt', 'none yet')
    const storage = 'https://storage.example.org'
    const flags = ['--pages', 'app', '--connect', storage, '--dicomweb', './studies', '--files', 'The shelf=./studies']
    const { url, stop } = await startHub(bench, flags)
    const link = await fetch(`${url}/s/AAAAAAAAAAAAAAAAAAAAAA`)
    expect(await link.text()).toBe('<title>An app</title>')
    expect(link.headers.get('content-security-policy')).toContain(`connect-src 'self' ${storage};`)
    expect((await fetch(`${url}/assets/a.js`)).headers.get('cache-control')).toContain('immutable')
    const config = await fetch(`${url}/app.json`)
    expect(await config.json()).toEqual({
      remotes: [
        { name: 'this hub', kind: 'dicomweb', root: '/dicom-web' },
        { name: 'The shelf', kind: 'files', root: '/remotes/1' },
      ],
    })
    expect((await fetch(`${url}/remotes/1/entries`)).status).toBe(401)
    expect((await stop()).code).toBe(0)
    await bench.write('app/app.json', '{"remotes":[]}')
    const again = await startHub(bench, flags)
    expect(await (await fetch(`${again.url}/app.json`)).json()).toEqual({ remotes: [] })
    expect((await again.stop()).code).toBe(0)
  })

  test('keeps its objects where it was told, and refuses to look for them elsewhere', async () => {
    await using hub = await HubBench.make(['--keeper', './blobs'])
    await hub.share()
    expect((await hub.bench.files('blobs')).length).toBeGreaterThan(4)
    expect(await hub.bench.files('hub/keeper')).toEqual([])
    const moved = await hub.gantry(['hub', '--folder', 'hub', '--port', '0', '--keeper', './other'])
    expect(moved).toMatchObject({ code: 2, stderr: expect.stringContaining('keeps its objects elsewhere') })
  })

  test.each([
    [['--host', '0.0.0.0'], 'has a URL of its own'],
    [['--url', 'http://hub.example.org'], 'is like https://'],
    [['--url', 'https://me:secret@hub.example.org'], 'is like https://'],
    [['--port', '70000'], 'from 0 to 65535'],
    [['--pages', '.'], 'has no index.html'],
    [['--files', 'Shelf=.'], 'for the web app of --pages'],
    [['--pages', '.', '--cod', './tree'], 'a name for people and a place'],
    [['--connect', 'https://storage.example.org'], 'for the pages of --pages'],
    [['--pages', '.', '--connect', 'https://storage.example.org/a;script-src'], 'takes origins'],
  ])('%j is a usage error', async (flags, text) => {
    await using bench = await Workbench.make()
    const result = await bench.gantry(['hub', '--folder', 'hub', ...flags])
    expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining(text) })
    expect(result.stderr).not.toContain('secret')
    expect(await bench.files('hub')).toEqual([])
  })

  test('a second one in the folder of one that runs is refused, and changes nothing', async () => {
    await using bench = await Workbench.make()
    const { stop } = await startHub(bench)
    const before = await bench.read('hub/hub.json')
    const second = await bench.gantry(['hub', '--folder', 'hub', '--port', '0'])
    expect(second.code).toBe(1)
    expect(second.stderr).toContain('A hub is running in this folder already')
    expect(await bench.read('hub/hub.json')).toEqual(before)
    await stop()
    const { stop: stopAgain } = await startHub(bench)
    expect((await stopAgain()).code).toBe(0)
  })

  test('a port that is taken', async () => {
    await using hub = await HubBench.make()
    const { port } = new URL(hub.hub)
    const result = await hub.gantry(['hub', '--folder', 'second', '--port', port])
    expect(result).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`Port ${port} on 127.0.0.1 is taken: choose another`),
    })
  })
})

describe('gantry hub account', () => {
  test('writes the key once, for its owner alone, and never over a file', async () => {
    await using hub = await HubBench.make()
    const { bench } = hub
    expect(await modeOf(bench.path('clinic.json'))).toBe('600')
    const before = await bench.read('clinic.json')
    const again = await hub.gantry(['hub', 'account', 'create', 'other', '--folder', 'hub', '--out', 'clinic.json'])
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('keys replace none') })
    expect(await bench.read('clinic.json')).toBe(before)
    const twice = await hub.gantry(['hub', 'account', 'create', 'clinic', '--folder', 'hub', '--out', 'new.json'])
    expect(twice.code).toBe(1)
    expect(await bench.files('.')).not.toContain('new.json')
    const { stdout } = await hub.ok(['hub', 'account', 'list', '--folder', 'hub'])
    expect(stdout).toMatch(/clinic +valid +1 /u)
    expect(stdout).not.toContain('other')
  })

  test('rotated and revoked keys end, and what was given is listed', async () => {
    await using hub = await HubBench.make()
    const flags = [
      '--scopes',
      'sources:write,shares:write',
      '--prefix',
      'incoming',
      '--quota',
      '10MB',
      '--alg',
      'ES256',
    ]
    const created = await hub.ok(['hub', 'account', 'create', 'up', '--folder', 'hub', '--out', 'a.json', ...flags])
    expect(created.stdout + created.stderr).not.toContain(JSON.parse(await hub.bench.read('a.json')).key.d)
    const listed = await hub.ok(['hub', 'account', 'list', '--folder', 'hub', '--json'])
    expect(listed.json.find(({ name }) => name === 'up')).toMatchObject({
      scopes: ['sources:write', 'shares:write'],
      prefixes: ['incoming'],
      quota: 10_000_000,
      keys: [{ alg: 'ES256' }],
    })
    await hub.ok(['login', '--key', 'a.json'])
    await hub.ok(['hub', 'account', 'rotate', 'up', '--folder', 'hub', '--out', 'b.json'])
    expect((await hub.gantry(['login', '--key', 'a.json'])).code).toBe(3)
    await hub.ok(['login', '--key', 'b.json'])
    await hub.ok(['hub', 'account', 'revoke', 'up', '--folder', 'hub'])
    expect((await hub.gantry(['get-token'])).code).toBe(3)
    expect((await hub.gantry(['hub', 'account', 'revoke', 'nix', '--folder', 'hub'])).code).toBe(1)
  })

  test('of a folder that is no hub, and with scopes that are none', async () => {
    await using bench = await Workbench.make()
    const none = await bench.gantry(['hub', 'account', 'list', '--folder', 'nix'])
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no hub in') })
    expect(await bench.files('nix')).toEqual([])
    const scopes = ['hub', 'account', 'create', 'a', '--folder', 'nix', '--out', 'a.json', '--scopes', 'all']
    expect(await bench.gantry(scopes)).toMatchObject({ code: 2, stderr: expect.stringContaining('sources:read') })
    expect(await bench.files('.')).toEqual([])
  })
})
