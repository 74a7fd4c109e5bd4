import { chmod, stat } from 'node:fs/promises'

import { generateIdentity, recipientOf } from '@gantry/share'
import { describe, expect, test } from 'vitest'

import { expectRestored } from '../../../testing/expect-restored.ts'
import { HubBench } from '../../../testing/hub-bench.ts'

describe('what a share asks for', () => {
  test('a passphrase: asked for twice, and for as many tries as it takes within one open', async () => {
    await using hub = await HubBench.make()
    const secret = await hub.share(['--passphrase', '--max-opens', '1', '--no-qr', '--quiet'], {
      terminal: 100,
      secrets: ['correct horse', 'correct horse'],
    })
    for (const how of [{}, { terminal: 100, secrets: [''] }]) {
      const refused = await hub.gantry(['open', secret, 'none'], how)
      expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('needs its passphrase') })
      expect(refused.stderr).toMatch(/--passphrase-file or in\s+GANTRY_PASSPHRASE/u)
    }
    const opened = await hub.ok(['open', secret, 'restored'], {
      terminal: 100,
      secrets: ['wrong', 'correct horse'],
    })
    expect(opened.questions).toHaveLength(2)
    await expectRestored(hub, 'restored')
    expect((await hub.gantry(['open', secret, 'third'])).stderr).toContain('as often as it may be')
    expect(await hub.textOf('jobs')).not.toContain('horse')
  })

  test('a passphrase from a file or the environment', async () => {
    await using hub = await HubBench.make()
    await hub.bench.write('phrase', 'correct horse\n')
    const open = await hub.gantry(['share', 'knee.stl', '--passphrase-file', 'phrase'])
    expect(open).toMatchObject({ code: 0, stderr: expect.stringContaining('chmod 600') })
    await chmod(hub.bench.path('phrase'), 0o600)
    const secret = await hub.share(['--passphrase-file', 'phrase'])
    const wrong = await hub.gantry(['open', secret, 'none'], { env: { GANTRY_PASSPHRASE: 'battery staple' } })
    expect(wrong).toMatchObject({ code: 3, stderr: expect.stringContaining('This passphrase does not open the share') })
    expect(wrong.stderr).not.toMatch(/staple|needs its passphrase/u)
    await hub.ok(['open', secret, 'restored'], { env: { GANTRY_PASSPHRASE: 'correct horse' } })
    await expectRestored(hub, 'restored')
    const nobody = await hub.gantry(['share', 'knee.stl', '--passphrase'])
    expect(nobody).toMatchObject({ code: 2, stderr: expect.stringContaining('--passphrase-file') })
    const differ = { terminal: 100, secrets: ['one', 'two'] }
    expect((await hub.gantry(['share', 'knee.stl', '--passphrase'], differ)).code).toBe(2)
  })

  test('one open for what was refused, failed, and was run again until it is through', async () => {
    await using hub = await HubBench.make()
    await hub.bench.write('phrase', 'correct horse\n')
    await chmod(hub.bench.path('phrase'), 0o600)
    const secret = await hub.share(['--passphrase-file', 'phrase', '--max-opens', '1'])
    const open = async (destination: string, passphrase: string) =>
      await hub.gantry(['open', secret, destination], { env: { GANTRY_PASSPHRASE: passphrase } })
    expect((await open('restored', 'battery staple')).code).toBe(3)
    const [kept, ...more] = await hub.bench.files('jobs/shares/grants')
    expect(more).toEqual([])
    expect((await stat(hub.bench.path('jobs/shares/grants', kept ?? ''))).mode & 0o777).toBe(0o600)
    await hub.bench.write('restored/knee.stl', 'of somebody else')
    expect((await open('restored', 'correct horse')).stdout).toContain('No workspace.json was written')
    expect((await open('empty', 'correct horse')).code).toBe(0)
    await expectRestored(hub, 'empty')
    expect(await hub.bench.files('jobs/shares/grants')).toEqual([])
    expect((await open('once more', 'correct horse')).stderr).toContain('as often as it may be')
    expect((await hub.ok(['shares', '--json'])).json).toMatchObject([{ state: 'used up', opens: 1 }])
  })

  test('an account, where its maker wants one', async () => {
    await using hub = await HubBench.make()
    const secret = await hub.share(['--token-required'])
    await hub.ok(['open', secret, 'restored'])
    await expectRestored(hub, 'restored')
    await hub.ok(['logout'])
    expect((await hub.gantry(['open', secret, 'none'])).code).toBe(3)
  })

  test('an escrow key opens what is kept, by its id, its metadata, or the link without its key', async () => {
    await using hub = await HubBench.make()
    const { bench } = hub
    const identity = await generateIdentity()
    await bench.write('escrow.txt', `# public key: ${await recipientOf(identity)}\n${identity}\n`)
    const refused = await hub.gantry(['open', 'none', 'restored', '--identity', 'escrow.txt', '--from', './kept'])
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('chmod 600') })
    await chmod(bench.path('escrow.txt'), 0o600)
    await hub.share(['--recipient', await recipientOf(identity), '--title', 'Knee, left', '--to', './kept'])
    // What whoever holds the identity has is this, and what is kept.
    const [id = ''] = await bench.files('kept/shares')
    const { metadata } = JSON.parse(await bench.read(`kept/shares/${id}`)) as { metadata: string }
    for (const [index, named] of [id, metadata, `gantry:s/${id}`].entries()) {
      await hub.ok(['open', named, `restored-${index}`, '--identity', 'escrow.txt', '--from', './kept'])
      await expectRestored(hub, `restored-${index}`)
    }
    expect(await bench.read('restored-0/workspace.json')).toContain('Knee, left')
    const other = await generateIdentity()
    await bench.writePrivate('other.txt', `${other}\n`)
    const stranger = await hub.gantry(['open', id, 'none', '--identity', 'other.txt', '--from', './kept'])
    expect(stranger).toMatchObject({ code: 3, stderr: expect.stringContaining('none of its recipients') })
    expect(stranger.stderr).not.toContain(other)
    const wrong = await hub.gantry(['share', 'knee.stl', '--recipient', 'age1nix'])
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('age1...') })
  })

  test('an escrow key opens what a hub keeps; of a share that is over, for who may read its objects', async () => {
    await using hub = await HubBench.make()
    const { bench } = hub
    const identity = await generateIdentity()
    await bench.writePrivate('escrow.txt', `${identity}\n`)
    const secret = await hub.share(['--recipient', await recipientOf(identity), '--max-opens', '1'])
    const [link = ''] = secret.split('#')
    await hub.ok(['open', link, 'restored', '--identity', 'escrow.txt'])
    await expectRestored(hub, 'restored')
    expect((await hub.gantry(['open', link, 'none', '--identity', 'escrow.txt'])).code).toBe(1)
    const place = hub.hub.replace('http:', 'hub+http:')
    const { json } = await hub.ok(['ls', place, '--json'])
    const paths = json.flatMap(({ path }) => (typeof path === 'string' ? [path] : []))
    const opened: string[] = []
    for (const [index, path] of paths.entries()) {
      const result = await hub.gantry(['open', path, `by-${index}`, '--identity', 'escrow.txt', '--from', place])
      if (result.code === 0) opened.push(`by-${index}`)
    }
    expect(opened).toHaveLength(1)
    await expectRestored(hub, opened[0] ?? '')
  })
})
