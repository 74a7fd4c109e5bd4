import { mkdir, rm, stat } from 'node:fs/promises'

import { parseWorkspace } from '@gantry/core'
import { writeDicom } from '@gantry/testkit/phantom'
import { describe, expect, test } from 'vitest'

import { expectRestored } from '../../../testing/expect-restored.ts'
import { HubBench, meshOf } from '../../../testing/hub-bench.ts'

const links = /^http:\/\/127\.0\.0\.1:\d+\/s\/[\w-]{22}#1\.[\w-]{43}$/u

describe('from share to open', () => {
  test('files, workspace and title are back, and nothing that opens anything is left lying about', async () => {
    await using hub = await HubBench.make()
    const shared = await hub.ok(['share', 'study', 'knee.stl', '--title', 'Knee, left'])
    const secret = shared.stdout.trim()
    expect(secret).toMatch(links)
    expect(shared.stderr).toContain('Shared 1 volume and 1 geometry: 5 entries')
    expect(shared.stdout).toBe(`${secret}\n`)
    const opened = await hub.ok(['open', '-', 'restored', '--debug'], { input: `${secret}\n` })
    await expectRestored(hub, 'restored')

    const json = await hub.bench.read('restored/workspace.json')
    const [workspace] = (JSON.parse(json) as unknown[]).map((one) => parseWorkspace(one))
    expect(workspace).toMatchObject({ title: 'Knee, left', volumes: [{ modality: 'CT' }], geometries: [{}] })
    const sources = [...(workspace?.volumes ?? []), ...(workspace?.geometries ?? [])].map(({ source }) => source)
    const paths = sources
      .flatMap((source) => (source?.kind === 'entries' ? source.entries : []))
      .map(({ path }) => path)
    expect(paths.toSorted()).toEqual((await hub.bench.files('restored')).filter((path) => path !== 'workspace.json'))

    const [, id = '', key = ''] = /\/s\/([^#]+)#1\.(.+)$/u.exec(secret) ?? []
    const { d } = JSON.parse(await hub.bench.read('clinic.json')).key as { d: string }
    await rm(hub.bench.path('clinic.json'))
    const jobs = await hub.gantry(['jobs', '--json'])
    const said = [shared.stderr, opened.stdout, opened.stderr, jobs.stdout, json, await hub.textOf('.')].join('\n')
    for (const text of [key, d, 'AGE-SECRET-KEY']) expect(said).not.toContain(text)
    // A token, and not three letters that ciphertext has by chance.
    expect(said).not.toMatch(/eyJ[\w-]{8,}\.[\w-]+\./u)
    expect(jobs.stdout + opened.stderr).not.toContain(id)
    expect((await stat(hub.bench.path('jobs/login.json'))).mode & 0o777).toBe(0o600)
  })

  test('goes on where it was interrupted', async () => {
    await using hub = await HubBench.make()
    const secret = await hub.share()
    const stopped = await hub.gantry(['open', secret, 'restored', '--json'], {
      watch(text, interrupt) {
        if (text.includes('"entry:done"')) interrupt('signal')
      },
    })
    expect(stopped.code).toBe(130)
    expect(await hub.bench.files('restored')).not.toContain('workspace.json')
    const { json } = await hub.gantry(['jobs', '--json'])
    const resumed = await hub.gantry(['jobs', 'resume', String(json[0]?.['id'])])
    expect(resumed).toMatchObject({ code: 2, stderr: expect.stringContaining('run the same gantry open again') })
    const done = await hub.ok(['open', secret, 'restored', '--json'])
    expect(done.json[0]).toMatchObject({ type: 'job', resumed: true, id: json[0]?.['id'] })
    await expectRestored(hub, 'restored')
    expect((await hub.ok(['verify', String(json[0]?.['id'])])).stdout).toContain('the same')
  })

  test('a workspace that is there is not written over', async () => {
    await using hub = await HubBench.make()
    await hub.bench.write('restored/workspace.json', '{"mine":"precious"}')
    const secret = await hub.share()
    for (let times = 0; times < 2; times += 1) {
      const { json } = await hub.ok(['open', secret, 'restored', '--json'])
      expect(json.find(({ type }) => type === 'open')).toMatchObject({ others: 0, workspace: 'workspace-2.json' })
    }
    expect((await hub.ok(['open', secret, 'restored'])).stdout).toContain('workspace-2.json')
    expect(await hub.bench.read('restored/workspace.json')).toBe('{"mine":"precious"}')
    const names = (await hub.bench.files('restored')).filter((path) => path.startsWith('workspace'))
    expect(names.toSorted()).toEqual(['workspace-2.json', 'workspace.json'])
  })

  test('what was opened is shared on at another hub, with what was drawn, and a file that came to it', async () => {
    await using hub = await HubBench.make()
    await using other = await HubBench.make()
    const { bench } = other
    const secret = await hub.share(['--title', 'Knee, left'])
    await other.ok(['open', secret, 'restored'])
    const [workspace] = JSON.parse(await bench.read('restored/workspace.json')) as [{ shapes: unknown[] }]
    const drawn = { id: 'mine', kind: 'point', points: [[1, 2, 3]] }
    await bench.write('restored/workspace.json', JSON.stringify([{ ...workspace, shapes: [drawn] }]))
    await bench.write('restored/more.stl', meshOf(7))
    await hub.ok(['revoke', secret])

    const shared = await other.ok(['share', 'restored', '--remember'])
    expect(shared.stderr).toContain('Shared 1 volume and 2 geometries: 6 entries')
    expect(shared.stderr).toContain('with what workspace.json says of them')
    await other.ok(['open', shared.stdout.trim(), 'again'])
    await expectRestored(other, 'again', ['more.stl'])
    const [again] = JSON.parse(await bench.read('again/workspace.json')) as unknown[]
    expect(again).toMatchObject({ title: 'Knee, left', shapes: [drawn], volumes: [{}], geometries: [{}, {}] })
    expect((await other.ok(['share', 'again', '--remember', '--title', 'Both'])).stderr).toContain(
      'all of it there already',
    )

    // Images alone, and a workspace of which something was taken away.
    const images = await other.ok(['share', 'restored', '--images-only'])
    expect(images.stderr).not.toContain('with what')
    await rm(bench.path('restored/knee.stl'))
    expect(await other.gantry(['share', 'restored'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Left out:[^]*workspace\.json/u),
    })
  })

  test('where a folder has its name, the workspace has another', async () => {
    await using hub = await HubBench.make()
    const { bench } = hub
    await bench.write('odd/workspace.json/knee.stl', meshOf(1))
    const odd = (await hub.ok(['share', 'odd'])).stdout.trim()
    await hub.ok(['open', odd, 'restored'])
    expect((await bench.files('restored')).toSorted()).toEqual(['workspace-2.json', 'workspace.json/knee.stl'])
    // One that is empty, and one that is not.
    await mkdir(bench.path('taken/workspace.json'), { recursive: true })
    await bench.write('taken/workspace-2.json/notes', 'mine')
    const secret = await hub.share()
    for (let times = 0; times < 2; times += 1) await hub.ok(['open', secret, 'taken'])
    const names = (await bench.files('taken')).filter((path) => path.startsWith('workspace'))
    expect(names.toSorted()).toEqual(['workspace-2.json/notes', 'workspace-3.json'])
  })

  test('a title that no workspace can have is refused as the option that it is', async () => {
    await using hub = await HubBench.make()
    const refused = await hub.gantry(['share', 'study', '--title', 'x'.repeat(4097)])
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/--title.*4096 characters at most/u) })
    await hub.ok(['share', 'study', '--title', 'x'.repeat(4096)])
  })

  test('what is there with other bytes is left alone, and told of, unless it is to be replaced', async () => {
    await using hub = await HubBench.make()
    const { bench } = hub
    const secret = await hub.share()
    await bench.write('restored/knee.stl', 'my notes')
    const left = await hub.gantry(['open', secret, 'restored'])
    expect(left).toMatchObject({ code: 1, stdout: expect.stringContaining('--overwrite replaces it') })
    expect(left.stdout).toContain('knee.stl')
    expect(await bench.read('restored/knee.stl')).toBe('my notes')
    const restored = await bench.files('restored')
    expect(restored).toHaveLength((await bench.files('study')).length + 1)
    expect(restored).not.toContain('workspace.json')
    const again = await hub.gantry(['open', secret, 'restored', '--json'])
    expect(again.code).toBe(1)
    expect(again.json.find(({ type }) => type === 'open')).toEqual({
      type: 'open',
      restored: 0,
      there: restored.length - 1,
      others: 1,
    })
    expect((await hub.ok(['open', secret, 'restored', '--overwrite'])).stdout).toContain('Copied 1 entry')
    await expectRestored(hub, 'restored')
    expect((await hub.ok(['open', secret, 'restored'])).stdout).toContain('Nothing to do')
  })

  test('two shares that hold a file of one name do not mix', async () => {
    await using hub = await HubBench.make()
    const { bench } = hub
    const secrets: string[] = []
    for (const triangles of [1, 2]) {
      await bench.write('0000.stl', meshOf(triangles))
      secrets.push((await hub.ok(['share', '0000.stl'])).stdout.trim())
    }
    await hub.ok(['open', secrets[0] ?? '', 'restored'])
    const first = await bench.read('restored/workspace.json')
    expect((await hub.gantry(['open', secrets[1] ?? '', 'restored'])).code).toBe(1)
    expect(await bench.files('restored')).toEqual(['0000.stl', 'workspace.json'])
    expect(Buffer.from(await bench.read('restored/0000.stl'), 'latin1')).toEqual(meshOf(1))
    expect(await bench.read('restored/workspace.json')).toBe(first)
  })

  test('JSON is one object, with all that a program needs', async () => {
    await using hub = await HubBench.make()
    await hub.bench.write('study/notes.txt', 'not an image')
    const { json, stderr, code } = await hub.gantry(['share', 'study', '--json', '--expires', '1h', '--max-opens', '2'])
    expect({ code, stderr, lines: json.length }).toEqual({ code: 1, stderr: '', lines: 1 })
    expect(json[0]).toMatchObject({
      type: 'share',
      secret: expect.stringMatching(links),
      hub: hub.hub,
      expires: expect.stringMatching(/^\d{4}-.*Z$/u),
      maxOpens: 2,
      passphrase: false,
      volumes: 1,
      geometries: 0,
      entries: 4,
      leftOut: [{ path: 'notes.txt', code: 'unsupported' }],
      exit: 1,
    })
  })

  test('what is no image is listed, and a failure unless that was said to be right', async () => {
    await using hub = await HubBench.make()
    await hub.bench.write('study/notes.txt', 'not an image')
    const strict = await hub.gantry(['share', 'study'])
    expect(strict).toMatchObject({ code: 1, stdout: expect.stringMatching(/#1\./u) })
    expect(strict.stderr).toContain('unsupported  notes.txt')
    const slide = writeDicom({
      dataSet: [
        [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.77.1.6'],
        [0x00080018, 'UI', '1.2.3'],
      ],
    })
    await hub.bench.write('study/slide.dcm', slide)
    expect((await hub.gantry(['share', 'study'])).stderr).toContain('An image of a slide: those are not shared.')
    await rm(hub.bench.path('study/slide.dcm'))
    const quiet = await hub.gantry(['share', 'study', '--quiet'])
    expect(quiet).toMatchObject({ code: 1, stderr: expect.stringContaining('notes.txt') })
    expect((await hub.gantry(['share', 'study', '--images-only'])).code).toBe(0)
    expect((await hub.gantry(['share', 'study', '--exclude', '*.txt'])).stderr).not.toContain('notes.txt')
    const nothing = await hub.gantry(['share', 'study/notes.txt'])
    expect(nothing).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('nothing is shared') })
    expect((await hub.gantry(['share', 'study', '--modality', 'MR'])).stderr).toContain('no files to share')
  })

  test('a QR code on a terminal alone', async () => {
    await using hub = await HubBench.make()
    const coded = (await hub.ok(['share', 'knee.stl'], { terminal: 100 })).stdout
    expect(coded).toMatch(/[█▀▄]{2}/u)
    expect(coded.split('\n')[0]).toMatch(links)
    for (const flags of [['--no-qr'], ['--quiet'], ['--json']]) {
      expect((await hub.ok(['share', 'knee.stl', ...flags], { terminal: 100 })).stdout).not.toMatch(/[█▀▄]/u)
    }
    expect((await hub.ok(['share', 'knee.stl'], { terminal: 30 })).stderr).toContain('too narrow')
    expect((await hub.ok(['share', 'knee.stl'])).stdout).not.toMatch(/[█▀▄]/u)
  })

  test('of several folders, each keeps its name', async () => {
    await using hub = await HubBench.make()
    for (const folder of ['a', 'b']) await hub.bench.write(`${folder}/mesh.stl`, meshOf(folder === 'a' ? 1 : 2))
    const { stdout } = await hub.ok(['share', 'a', 'b'])
    await hub.ok(['open', stdout.trim(), 'restored'])
    expect(await hub.bench.files('restored')).toEqual(['a/mesh.stl', 'b/mesh.stl', 'workspace.json'])
    expect(await hub.bench.read('restored/b/mesh.stl')).toBe(await hub.bench.read('b/mesh.stl'))
  })
})

describe('with --remember', () => {
  test('equal contents are not sent again, and what is kept is for its owner alone', async () => {
    await using hub = await HubBench.make()
    const sent = async (flags: readonly string[]) =>
      (await hub.ok(['share', 'study', 'knee.stl', '--json', ...flags])).json[0]?.['sent']
    expect(await sent([])).toBeGreaterThan(0)
    expect(await hub.textOf('jobs')).not.toContain('AGE-SECRET-KEY')
    expect(await sent(['--remember'])).toBeGreaterThan(0)
    expect(await sent(['--remember'])).toBe(0)
    const kept = (await hub.bench.files('jobs/shares')).filter((path) => path.startsWith('catalogue/'))
    expect(kept).toHaveLength(2)
    for (const path of kept) expect((await stat(hub.bench.path('jobs/shares', path))).mode & 0o777).toBe(0o600)
    expect((await stat(hub.bench.path('jobs/shares/catalogue'))).mode & 0o777).toBe(0o700)
  })
})
