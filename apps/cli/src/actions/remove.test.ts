import { symlink, utimes } from 'node:fs/promises'

import { describe, expect, test } from 'vitest'

import { Workbench } from '../../testing/workbench.ts'

describe('rm', () => {
  test('asks, and removes what was counted', async () => {
    await using bench = await Workbench.make()
    await bench.fill('dst', 4)
    await bench.write('beside.txt', 'x')
    const question = 'Remove 2 entries (2.00 kB) from dst? This cannot be undone.'
    const selected = ['rm', 'dst', '--include', '000[12].dcm']
    const no = await bench.gantry(selected, { terminal: 80, answer: false })
    expect(no).toMatchObject({ code: 0, questions: [question], stdout: 'Nothing was removed.\n' })
    expect(await bench.gantry(selected, { terminal: 80, answer: undefined })).toMatchObject({ code: 130 })
    expect(await bench.files('dst')).toHaveLength(4)
    expect(await bench.gantry(selected, { terminal: 80, answer: true })).toMatchObject({ code: 0 })
    expect(await bench.files('dst')).toEqual(['0000.dcm', '0003.dcm'])
    expect((await bench.gantry(['rm', 'dst', '-n'])).stdout).toContain('2 entries (2.00 kB) would be removed')
    const planned = await bench.gantry(['rm', 'dst', '-n', '--json'])
    expect(planned.json.at(-1)).toMatchObject({ type: 'result', dryRun: true, entries: 2, exit: 0 })
    expect(await bench.gantry(['rm', 'dst', '--yes', '--json'])).toMatchObject({ code: 0 })
    expect(await bench.files('dst')).toEqual([])
    expect(await bench.read('beside.txt')).toBe('x')
    expect((await bench.gantry(['rm', 'dst'], { terminal: 80, answer: true })).stdout).toBe('No entries.\n')
  })
  test('leaves what any of several patterns names, also with commas between them', async () => {
    await using bench = await Workbench.make()
    for (const path of ['2024/a.dcm', '2025/a.dcm', '2026/a.dcm', '2026/b.ima']) await bench.write(path, 'x')
    await bench.gantry(['rm', '.', '--exclude', '2026/**,2025/**', '--exclude', 'jobs/**', '--yes'])
    expect(await bench.files('.')).toEqual(['2025/a.dcm', '2026/a.dcm', '2026/b.ima'])
    await bench.gantry(['rm', '.', '--include', '2025/*,*.{ima,x}', '--yes'])
    expect(await bench.files('.')).toEqual(['2026/a.dcm'])
  })

  test('says of what is no entry why it stays, as ls does; stat counts it', async () => {
    await using bench = await Workbench.make()
    await bench.fill('dst', 1)
    await symlink('/etc', bench.path('dst/link'))
    const listed = await bench.gantry(['ls', 'dst'])
    const why = listed.stderr.split('\n').find((line) => line.includes(' ./link: '))
    const known = await bench.gantry(['stat', 'dst', '--json'])
    expect([known.code, known.json]).toMatchObject([listed.code, [{ entries: 1, refused: 1 }]])
    expect((await bench.gantry(['stat', 'dst'])).stdout).toMatch(/Refused +1 that cannot be read/u)
    const removed = await bench.gantry(['rm', 'dst', '--yes'])
    expect(removed.stderr.trimEnd()).toBe(why?.replace('It cannot be read or copied', 'Left'))
    expect(removed.code).toBe(listed.code)
  })

  test.each([
    ['rm', 'dst', '--yes', '--include', '[z-a]'],
    ['copy', 'src', 'dst', '--exclude', '*.dcm,{a'],
    ['copy', 'src', 'dst', '--exclude', '[z-a]', '--json'],
    ['archive', 'src', 'dst', '--include', '[z-a]'],
  ])('a pattern that is none is a usage error, and nothing is begun: %s %s %s %s %s', async (...argv) => {
    await using bench = await Workbench.make()
    await bench.fill('src', 1)
    await bench.fill('dst', 1)
    const { code, stderr, stdout } = await bench.gantry(argv)
    expect(code).toBe(2)
    expect(stdout + stderr).toContain('is not a valid glob')
    expect(await bench.files('.')).toEqual(['dst/0000.dcm', 'src/0000.dcm'])
  })
})

describe('rm in an archive', () => {
  const env = { GANTRY_PASSPHRASE: 'correct horse battery staple' }
  async function archived(...more: string[]) {
    const bench = await Workbench.make()
    for (const path of ['2019/a.txt', '2026/b.txt', '2026/c.txt']) await bench.write(`src/${path}`, path)
    const argv = ['archive', 'src', 'A', '--session', 'old', ...more]
    expect(await bench.gantry(argv, { env })).toMatchObject({ code: 0 })
    return bench
  }
  const ofArchive = async (bench: Workbench) =>
    (await bench.files('A')).filter((path) => path.startsWith('.gantry/')).map((path) => path.split('/')[1])

  test('leaves keys and manifests, whatever is asked of entries, unless they are named or all is removed', async () => {
    await using bench = await archived()
    const long = new Date('2019-05-01')
    for (const path of await bench.files('A')) await utimes(bench.path('A', path), long, long)
    const listed = await bench.gantry(['ls', 'A', '--until', '2019-12-31', '--json'])
    expect(listed.json.at(-1)).toMatchObject({ entries: 3 })
    await bench.gantry(['rm', 'A', '--until', '2019-12-31', '--yes'])
    expect(await bench.files('A')).toHaveLength(2)
    expect(await ofArchive(bench)).toEqual(['keys', 'manifests'])
    await bench.gantry(['rm', 'A', '--exclude', 'b', '--yes'])
    expect(await ofArchive(bench)).toEqual(['keys', 'manifests'])
    const asked = await bench.gantry(['rm', 'A'], { terminal: 80, answer: false })
    expect(asked.questions).toEqual([expect.stringContaining('2 entries of these are keys and manifests')])
    await bench.gantry(['rm', 'A', '--include', '.gantry/keys/*', '--yes'])
    expect(await ofArchive(bench)).toEqual(['manifests'])
    await bench.gantry(['rm', 'A/.gantry/manifests', '--include', '*.age', '--yes'])
    expect(await bench.files('A')).toEqual([])
  })

  test('is told to the catalogue, and what is retained is said before', async () => {
    await using bench = await archived('--retain', '7y', '--retain-by', 'catalogue')
    const asked = await bench.gantry(['rm', 'A/2026'], { terminal: 80, answer: true })
    expect(asked.questions).toEqual([expect.stringContaining('2 entries of these are to be kept until a day')])
    expect(asked.stdout).toContain('2 entries of them before the day')
    const events = (await bench.gantry(['catalogue', 'ls', '--events', '--json'])).json
    expect(events[0]).toMatchObject({ kind: 'removed', entries: 2, bytes: 20 })
    // Too early: that is found until the day has come.
    const audited = await bench.gantry(['audit', '--sweep', '--json'])
    expect(audited.json.filter(({ type }) => type === 'finding').map(({ kind }) => kind)).toEqual([
      'removed',
      'removed',
    ])
  })

  test('is told to the catalogue by whatever name of the place', async () => {
    await using bench = await archived()
    await bench.write('gantry.config.json', JSON.stringify({ remotes: { shelf: './A', other: './B' } }))
    await symlink('A', bench.path('link'))
    const locations = async () => (await bench.gantry(['catalogue', 'ls', '--events', '--json'])).json
    for (const [place, entries] of [
      ['shelf:2019', 1],
      ['link/2026', 2],
    ] as const) {
      await bench.gantry(['rm', place, '--yes'])
      expect((await locations())[0]).toMatchObject({ kind: 'removed', entries })
    }
    // What was archived under the name of a remote, and is removed by its path.
    expect(await bench.gantry(['archive', 'src', 'other:', '--session', 'new'], { env })).toMatchObject({ code: 0 })
    await bench.gantry(['rm', 'B/2026', '--yes'])
    expect((await locations())[0]).toMatchObject({ kind: 'removed', entries: 2 })
    expect(await bench.gantry(['audit', '--sweep'])).toMatchObject({ code: 0 })
  })

  test('leaves nothing to be missed', async () => {
    await using bench = await archived()
    await bench.gantry(['rm', 'A', '--include', '2019/*', '--yes'])
    expect(await bench.gantry(['audit', '--sweep'])).toMatchObject({ code: 0 })
    const planned = await bench.gantry(['rm', 'A', '-n', '--json'])
    expect(planned.json.at(-1)).toMatchObject({ entries: 4, own: 2, retained: 0 })
    await bench.gantry(['rm', 'A', '--yes'])
    const audited = await bench.gantry(['audit', '--sweep', '--json'])
    expect(audited.json).toMatchObject([{ type: 'result', findings: 0 }])
  })
})
