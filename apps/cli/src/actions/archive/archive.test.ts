import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'

import { describe, expect, test } from 'vitest'

import { benchWithStudy, env, patient } from '../../../testing/archive-bench.ts'
import { spawnGantry } from '../../../testing/bin.ts'
import { Workbench } from '../../../testing/workbench.ts'

async function contents(bench: Workbench, folder: string): Promise<Map<string, string>> {
  const paths = (await bench.files(folder)).filter((path) => !path.startsWith('.gantry'))
  return new Map(await Promise.all(paths.map(async (path) => [path, await bench.read(`${folder}/${path}`)] as const)))
}

describe('archive and restore', patient, () => {
  test('the study comes back by the passphrase alone: folder, catalogue and jobs are gone', async () => {
    await using bench = await benchWithStudy()
    const before = await contents(bench, 'study')
    const archived = await bench.gantry(['archive', 'study', 'shelf', '--session', 'monday'], { env })
    expect(archived).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Session monday: 11 entries recorded, with a manifest'),
    })
    expect((await stat(bench.path('jobs/catalogue.db'))).mode & 0o777).toBe(0o600)
    await rm(bench.path('study'), { recursive: true })
    await rm(bench.path('jobs'), { recursive: true })
    const lost = await bench.gantry(['restore', 'monday', 'study'], { env })
    expect(lost).toMatchObject({ code: 1, stderr: expect.stringContaining('--from-manifests') })
    const wrong = ['restore', 'monday', 'study', '--from-manifests', 'shelf']
    expect(await bench.gantry(wrong, { env: { GANTRY_PASSPHRASE: 'wrong' } })).toMatchObject({ code: 3 })
    const restored = await bench.gantry(wrong, { env })
    expect(restored).toMatchObject({ code: 0, stdout: expect.stringContaining('Copied 11 entries') })
    expect(await contents(bench, 'study')).toEqual(before)
  })

  test('archived twice, nothing is sent; restored twice, nothing is fetched; what is missing or spoilt comes back', async () => {
    await using bench = await benchWithStudy()
    const before = await contents(bench, 'study')
    await bench.gantry(['archive', 'study', 'shelf'], { env })
    const again = await bench.gantry(['archive', 'study', 'shelf', '--json'], { env })
    expect(again.json.find(({ type }) => type === 'archive')).toMatchObject({ sent: 0, known: 11, adopted: 0 })
    expect(again.json.find(({ type }) => type === 'result')).toMatchObject({
      progress: { done: { entries: 0, bytes: 0 } },
    })
    const sessions = await bench.gantry(['catalogue', 'ls', '--sessions', '--json'])
    expect(sessions.json.map(({ type }) => type)).toEqual(['session', 'result'])
    const session = String(sessions.json[0]?.['name'])

    const [missing = '', spoilt = ''] = [...before.keys()]
    await rm(bench.path('study', missing))
    const bytes = await readFile(bench.path('study', spoilt))
    bytes[9] = (bytes[9] ?? 0) ^ 1
    await writeFile(bench.path('study', spoilt), bytes)
    const restored = await bench.gantry(['restore', session, 'study', '--overwrite'])
    expect(restored).toMatchObject({ code: 0, stdout: expect.stringContaining('Copied 2 entries') })
    expect(await contents(bench, 'study')).toEqual(before)
    expect(await bench.gantry(['restore', session, 'study'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Nothing to do'),
    })
  })

  test('a run that could not write its manifest is finished by the same command', async () => {
    await using bench = await benchWithStudy()
    await bench.write('shelf/.gantry', 'in the way')
    const argv = ['archive', 'study', 'shelf', '--session', 'monday']
    for (const _ of ['first', 'again']) {
      expect(await bench.gantry(argv, { env })).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('its manifest is not'),
      })
    }
    await rm(bench.path('shelf/.gantry'))
    expect(await bench.gantry(argv, { env })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('11 entries archived already, and now with a manifest'),
    })
    await rm(bench.path('jobs'), { recursive: true })
    const restored = await bench.gantry(['restore', 'monday', 'back', '--from-manifests', 'shelf'], { env })
    expect(restored).toMatchObject({ code: 0, stdout: expect.stringContaining('Copied 11 entries') })
  })

  test('another passphrase than that of the key in use is refused before anything is stored, and none is fine', async () => {
    await using bench = await benchWithStudy()
    await bench.gantry(['archive', 'study', 'shelf'], { env })
    await bench.writePrivate('other.txt', 'another one\n')
    const others = [
      { more: ['--passphrase-file', 'other.txt'], env },
      { more: [], env: { GANTRY_PASSPHRASE: 'another one' } },
      { more: [], env: { GANTRY_ARCHIVE_PASSPHRASE: 'another one' } },
    ]
    for (const { more, env: given } of others) {
      expect(await bench.gantry(['archive', 'study', 'second', ...more], { env: given })).toMatchObject({
        code: 3,
        stderr: expect.stringContaining('does not open the key'),
      })
    }
    expect(await bench.files('second')).toEqual([])
    expect(
      await bench.gantry(['archive', 'study', 'second', '--passphrase-file', 'other.txt', '--no-manifest']),
    ).toMatchObject({ code: 0 })
    expect(await bench.gantry(['archive', 'study', 'third'])).toMatchObject({ code: 0 })
  })

  test('killed in the middle, it goes on, and everything is recorded once', async () => {
    await using bench = await Workbench.make()
    await bench.fill('src', 40, 20_000)
    const all = { ...process.env, ...bench.env, ...env } as Record<string, string>
    const argv = ['archive', 'src', 'shelf', '--session', 'big', '--json', '-j', '2', '--bwlimit', '400k']
    let seen = 0
    const killed = await spawnGantry(argv, {
      cwd: bench.folder,
      env: all,
      watch(text, child) {
        seen += text.split('"entry:done"').length - 1
        if (seen >= 3) child.kill('SIGKILL')
      },
    })
    expect(killed.code).toBe('SIGKILL')
    const stopped = await bench.files('shelf')
    expect(stopped.length).toBeLessThan(40)
    const resumed = await bench.gantry(['jobs', 'resume'])
    expect(resumed).toMatchObject({ code: 2, stderr: expect.stringContaining('run the same gantry archive again') })
    const done = await bench.gantry(['archive', 'src', 'shelf', '--session', 'big', '--json'], { env })
    expect(done.json.find(({ type }) => type === 'archive')).toMatchObject({ session: 'big', sent: 40, different: 0 })
    expect(await contents(bench, 'shelf')).toEqual(await contents(bench, 'src'))
    const shown = await bench.gantry(['catalogue', 'show', 'big', '--json'])
    expect(shown.json.filter(({ type }) => type === 'receipt')).toHaveLength(40)
    expect(await bench.gantry(['catalogue', 'check'])).toMatchObject({ code: 0 })
    expect(await bench.gantry(['audit', '--drill', '--sweep'])).toMatchObject({ code: 0 })
  })

  test('retention that the place cannot hold is refused, unless the word of the catalogue is enough', async () => {
    await using bench = await benchWithStudy()
    const refused = await bench.gantry(['archive', 'study', 'shelf', '--retain', '7y'], { env })
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--retain-by catalogue') })
    expect(await bench.files('shelf')).toEqual([])
    const argv = ['archive', 'study', 'shelf', '--retain', '7y', '--retain-by', 'catalogue', '--no-manifest']
    expect(await bench.gantry(argv)).toMatchObject({ code: 0 })
    const shown = await bench.gantry(['catalogue', 'show', String((await sessionsOf(bench))[0]), '--json'])
    const until = Number(shown.json[0]?.['retainUntil'])
    expect(new Date(until).getUTCFullYear()).toBe(new Date().getUTCFullYear() + 7)
    expect(await bench.gantry(['archive', 'study', 'shelf', '--tier', 'cold', '--no-manifest'])).toMatchObject({
      code: 2,
    })
    expect(await bench.gantry(['archive', 'study', 'shelf', '--retain', '7x'])).toMatchObject({ code: 2 })
  })
})

test(
  'what the catalogue retains is not replaced by another session, and the others are archived',
  patient,
  async () => {
    await using bench = await Workbench.make()
    await bench.fill('src', 3, 1000)
    const argv = ['archive', 'src', 'shelf', '--no-manifest', '--retain', '7y', '--retain-by', 'catalogue']
    expect(await bench.gantry([...argv, '--session', 'a1'])).toMatchObject({ code: 0 })
    const [changed = ''] = await bench.files('src')
    const before = await bench.read(`shelf/${changed}`)
    await bench.write(`src/${changed}`, 'other bytes')
    await bench.write('src/new.txt', 'new')
    const refused = await bench.gantry([...argv, '--session', 'a2'])
    expect(refused).toMatchObject({ code: 1, stdout: expect.stringMatching(/retained until \d{4}-\d\d-\d\d/u) })
    expect(await bench.read(`shelf/${changed}`)).toBe(before)
    expect(await bench.read('shelf/new.txt')).toBe('new')
    expect(await bench.gantry(['audit', 'a1'])).toMatchObject({ code: 0 })
  },
)

async function sessionsOf(bench: Workbench): Promise<unknown[]> {
  const { json } = await bench.gantry(['catalogue', 'ls', '--sessions', '--json'])
  return json.filter(({ type }) => type === 'session').map(({ name }) => name)
}

describe('audit', patient, () => {
  test('says by its exit code what it found, and a drill finds a flipped bit that nothing else shows', async () => {
    await using bench = await benchWithStudy()
    await bench.gantry(['archive', 'study', 'shelf', '--no-manifest'])
    expect(await bench.gantry(['audit'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('nothing is wrong'),
    })
    const [first = '', second = ''] = await bench.files('shelf')
    await rm(bench.path('shelf', first))
    const { atime, mtime } = await stat(bench.path('shelf', second))
    const bytes = await readFile(bench.path('shelf', second))
    bytes[5] = (bytes[5] ?? 0) ^ 4
    await writeFile(bench.path('shelf', second), bytes)
    await utimes(bench.path('shelf', second), atime, mtime)
    const drilled = await bench.gantry(['audit', '--sweep', '--drill', '--json'])
    expect(drilled.code).toBe(1)
    const findings = drilled.json.filter(({ type }) => type === 'finding')
    expect(new Map(findings.map(({ kind, path }) => [kind, path]))).toEqual(
      new Map([
        ['corrupt', second],
        ['missing', first],
      ]),
    )
    const sampled = await bench.gantry(['audit', '--sample', '3', '--json'])
    expect(sampled.json.find(({ type }) => type === 'result')).toMatchObject({ audited: 3 })
    expect(await bench.gantry(['audit', '--sample', '3', '--sweep'])).toMatchObject({ code: 2 })
  })
})

describe('catalogue', patient, () => {
  test('lists, finds, shows, exports without patients and imports', async () => {
    await using bench = await benchWithStudy()
    await bench.gantry(['archive', 'study', 'shelf', '--session', 's', '--no-manifest', '--by', 'ada'])
    const studies = await bench.gantry(['catalogue', 'ls', '--json'])
    expect(studies.json).toMatchObject([
      { type: 'study', instances: 10, series: 1, modalities: ['CT'] },
      { type: 'result', studies: 1, exit: 0 },
    ])
    expect(JSON.stringify(studies.json)).not.toMatch(/patient/iu)
    const uid = String(studies.json[0]?.['uid'])
    expect((await bench.gantry(['catalogue', 'ls'])).stdout).toContain(uid)
    expect(await bench.gantry(['catalogue', 'find', '--modality', 'ct'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(uid),
    })
    expect(await bench.gantry(['catalogue', 'find', '--modality', 'MR'])).toMatchObject({ code: 1 })
    expect(
      (await bench.gantry(['catalogue', 'show', uid])).stdout.split('\n').filter((line) => line.includes('.dcm')),
    ).toHaveLength(10)
    expect((await bench.gantry(['catalogue', 'ls', '--events'])).stdout).toMatch(/archived +ada +11/u)

    expect(await bench.gantry(['catalogue', 'export', 'all.jsonl'])).toMatchObject({ code: 0 })
    expect((await stat(bench.path('all.jsonl'))).mode & 0o777).toBe(0o600)
    expect(await bench.read('all.jsonl')).not.toContain('PatientName')
    expect((await bench.gantry(['catalogue', 'export', '--patients'])).stdout).toContain('PatientName')
    expect(await bench.gantry(['catalogue', 'export', 'all.jsonl'])).toMatchObject({ code: 2 })
    const other = ['--catalogue', 'other/c.db']
    expect(await bench.gantry(['catalogue', 'import', 'all.jsonl', ...other])).toMatchObject({ code: 0 })
    expect(await bench.gantry(['catalogue', 'import', 'none.jsonl', ...other])).toMatchObject({ code: 2 })
    expect((await bench.gantry(['catalogue', 'ls', '--json', ...other])).json).toEqual(studies.json)
    await rm(bench.path('study'), { recursive: true })
    expect(await bench.gantry(['restore', uid, 'study', ...other])).toMatchObject({ code: 0 })
    expect(await bench.files('study')).toHaveLength(10)
  })
})
