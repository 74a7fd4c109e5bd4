import { mkdir, rm, stat } from 'node:fs/promises'

import { describe, expect, test } from 'vitest'

import { IgtBench } from '../../../testing/igt-bench.ts'

const patience = 120_000

describe.each(['flat', 'hierarchical'] as const)('a round trip, %s', (structure) => {
  const folders = ['--folder-structure', structure]

  test('two studies of one patient and a loose file arrive where they were, twice', { timeout: patience }, async () => {
    await using cloud = await IgtBench.open()
    const { bench, server } = cloud
    const [one, two] = structure === 'flat' ? ['pat1---first', 'pat1---second'] : ['pat1/first', 'pat1/second']
    await bench.fill(`up/Hospital A/${one}/a`, 3)
    await bench.fill(`up/Hospital A/${two}`, 2)
    await bench.write(`up/Hospital A/${one}/empty.txt`, '')
    await bench.write(structure === 'flat' ? 'up/Hospital A/loose.txt' : 'up/Hospital A/pat1/loose.txt', 'loose')
    await bench.write('up/files/protocol/plan.txt', 'of the project')
    const before = await cloud.tree('up')

    const sent = await cloud.igt(['upload', 'up', 'Project', ...folders])
    expect(sent).toMatchObject({ code: 0 })
    expect(server.state.studies).toHaveLength(3)

    expect(await cloud.igt(['download', 'down', 'Project', ...folders])).toMatchObject({ code: 0 })
    expect(await cloud.igt(['download', 'down', 'Project', '--project-files'])).toMatchObject({ code: 0 })
    expect(await cloud.tree('down')).toEqual(before)

    const puts = cloud.sent
    expect(await cloud.igt(['upload', 'down', 'Project', ...folders])).toMatchObject({ code: 0 })
    expect(cloud.sent).toBe(puts)
    expect(server.state.studies).toHaveLength(3)

    expect(await cloud.igt(['download', 'again', 'Project', ...folders])).toMatchObject({ code: 0 })
    expect(await cloud.igt(['download', 'again', 'Project', '--project-files'])).toMatchObject({ code: 0 })
    expect(await cloud.tree('again')).toEqual(before)
  })
})

const sides = [
  { structure: 'flat', institute: 'Hospital A', one: 'pat1---first', two: 'pat1---second', loose: 'loose.txt' },
  {
    structure: 'hierarchical',
    institute: 'Hospital B',
    one: 'pat1/first',
    two: 'pat1/second',
    loose: 'pat1/loose.txt',
  },
] as const

test('round trips in both structures at once, twice, each from two sides', { timeout: 2 * patience }, async () => {
  await using cloud = await IgtBench.open()
  const { bench, server } = cloud
  const ok = async (argv: readonly string[]) => expect(await cloud.igt(argv)).toMatchObject({ code: 0 })
  for (const { institute, one, two, loose } of sides) {
    await bench.fill(`up/${institute}/${one}/a`, 8)
    await bench.fill(`up/${institute}/${two}`, 8)
    await bench.write(`up/${institute}/${loose}`, 'loose')
  }
  const roundTrip = async ({ structure, institute }: (typeof sides)[number], from: string, to: string) => {
    const named = ['Project', institute]
    const folders = ['--folder-structure', structure]
    const before = await cloud.tree(`${from}/${institute}`)
    await ok(['upload', from, ...named, ...folders])
    // Two that fetch the same.
    await Promise.all([to, `${to}-too`].map(async (folder) => await ok(['download', folder, ...named, ...folders])))
    expect(await cloud.tree(`${to}/${institute}`)).toEqual(before)
    expect(await cloud.tree(`${to}-too/${institute}`)).toEqual(before)
  }
  await Promise.all(sides.map(async (side) => await roundTrip(side, 'up', 'down')))
  const puts = cloud.sent
  await Promise.all(sides.map(async (side) => await roundTrip(side, 'down', 'again')))
  expect(cloud.sent).toBe(puts)
  expect(server.state.studies).toHaveLength(6)
})

test('defect 1: download --ext fetches the files of that type', { timeout: patience }, async () => {
  await using cloud = await IgtBench.open()
  await cloud.bench.write('up/Hospital A/p---s/a.dcm', 'a')
  await cloud.bench.write('up/Hospital A/p---s/b.txt', 'b')
  await cloud.igt(['upload', 'up', 'Project'])
  expect(await cloud.igt(['download', 'down', 'Project', '--ext', '.dcm'])).toMatchObject({ code: 0 })
  expect(await cloud.tree('down')).toEqual({ 'Hospital A/p---s/a.dcm': 'a' })
})

test('defect 3: hostile names stay inside the destination, and are failures', { timeout: patience }, async () => {
  await using cloud = await IgtBench.open({
    projects: [{ name: 'Project', institutes: ['Hospital A', '../../escape', '/absolute'] }],
  })
  await cloud.bench.write('up/Hospital A/p---s/good.txt', 'good')
  await cloud.igt(['upload', 'up', 'Project'])
  const prefix = 'p1/h1/s1/files/'
  const names = ['../../../../evil.txt', '/etc/evil.txt', 'nul\0l.txt', 'x'.repeat(300), '..', 'a//b']
  cloud.server.state.planted.set(
    prefix,
    names.map((fileName) => ({ fileName, key: `${prefix}good.txt`, fileSize: 4 })),
  )
  const [, escape] = cloud.server.state.institutes
  if (escape !== undefined) cloud.server.state.createStudy(escape, { studyType: 'Study', studyId: '../../x' })
  const result = await cloud.igt(['download', 'deep/down', 'Project'])
  expect(result.code).toBe(1)
  const found = await cloud.bench.files('.')
  const outside = found.filter((path) => !/^(?:\.\/)?(?:up|jobs|deep\/down)\//u.test(path.replace(/^\/+/u, '')))
  expect(outside).toEqual([])
  expect(await cloud.bench.read('deep/down/Hospital A/p---s/good.txt')).toBe('good')
})

test.skipIf(process.platform === 'win32')(
  'names that other systems reserve come back as they are, inside the destination',
  { timeout: patience },
  async () => {
    await using cloud = await IgtBench.open()
    const names = ['CON', 'NUL', 'aux.txt', 'LPT1.txt', 'COM1.dcm', 'dot.', 'space ', 'back\\slash', 'C:x', '-rf', '~']
    for (const name of names) await cloud.bench.write(`up/Hospital A/p---s/${name}`, name)
    expect(await cloud.igt(['upload', 'up', 'Project'])).toMatchObject({ code: 0 })
    expect(await cloud.igt(['download', 'deep/down', 'Project'])).toMatchObject({ code: 0 })
    expect(await cloud.tree('deep/down')).toEqual(await cloud.tree('up'))
    const outside = (await cloud.bench.files('.')).filter((path) => !/^\/?(?:up|jobs|deep\/down)\//u.test(path))
    expect(outside).toEqual([])
  },
)

test.each(['../../x', '/absolute', 'nul\0l', 'x'.repeat(300), '.', '..', 'a//b', 'CON', 'NUL ', 'LPT1.txt.'])(
  'an institute, a study or a file that is called %j leads nowhere else',
  { timeout: patience },
  async (name) => {
    await using cloud = await IgtBench.open({ projects: [{ name: 'Project', institutes: ['Hospital A', name] }] })
    for (const institute of cloud.server.state.institutes) {
      const body = { studyType: 'Study', studyId: name, patient: { patientId: name, patientName: name } }
      const study = cloud.server.state.createStudy(institute, body)
      const prefix = `${study.s3Prefix}files/`
      cloud.server.state.planted.set(prefix, [{ fileName: name, key: `${prefix}it`, fileSize: 4 }])
    }
    const { code } = await cloud.igt(['download', 'deep/down', 'Project'])
    expect(code).toBe(1)
    const outside = (await cloud.bench.files('.')).filter((path) => !/^\/?(?:jobs|deep\/down)\//u.test(path))
    expect(outside).toEqual([])
  },
)

test('defects 4, 5, 7: one session for all commands, private, for its origin, and not logged out by them', async () => {
  await using cloud = await IgtBench.open()
  const { server, bench } = cloud
  let done: Promise<unknown> | undefined
  const login = cloud.igt(['login'], {
    watch(text, interrupt) {
      if (!text.includes('Logged in')) return
      done = (async () => {
        const file = bench.path('jobs', 'igt-session.json')
        expect((await stat(file)).mode & 0o777).toBe(0o600)
        const token = (await cloud.raw(['get-token'])).stdout.trim()
        expect(server.state.sessions.map(({ jwt }) => jwt)).toContain(token)
        expect((await cloud.raw(['get-token', '-t', 'access'])).stdout).toMatch(/^access-/u)
        const csrf = (await cloud.raw(['get-token', '-t', 'csrf'])).stdout.trim()
        const domain = ['--domain', server.url]
        expect((await cloud.raw(['csv', '.', 'Project', ...domain])).code).toBe(0)
        // Another port is another cloud: nobody is logged in there.
        const other = await cloud.raw(['csv', '.', 'Project', '--domain', 'http://127.0.0.1:1'])
        expect(other.code).toBe(3)
        const env = { CLOUD_JWT_TOKEN: token, CLOUD_CSRF_TOKEN: csrf }
        expect((await cloud.raw(['csv', '.', 'Project', ...domain], { env })).code).toBe(0)
        expect((await cloud.raw(['csv', '.', 'Project', ...domain], { env })).code).toBe(0)
        expect(server.requests.filter(({ path }) => path === '/api/auth/logout')).toEqual([])
      })().finally(() => interrupt('signal'))
    },
  })
  expect((await login).code).toBe(0)
  await done
  expect(server.requests.filter(({ path }) => path === '/api/auth/logout')).toHaveLength(1)
  expect((await cloud.raw(['get-token'])).code).toBe(3)
})

test('defect 6: a wrong password is told as one, and leaves nothing behind', async () => {
  await using cloud = await IgtBench.open()
  const result = await cloud.igt(['csv', '.', 'Project'], { input: 'wrong\n' })
  expect(result).toMatchObject({ code: 3, stdout: '' })
  expect(result.stderr).toContain('The user name or the password is wrong.')
  expect(await cloud.bench.files('.')).toEqual([])
})

test('defect 9: a download is uploaded to the studies that it came from', { timeout: patience }, async () => {
  await using cloud = await IgtBench.open()
  // As igtcloud makes them: the name of the folder is the patient's, and the server counts.
  const [institute] = cloud.server.state.institutes
  if (institute === undefined) throw new Error('There is no institute.')
  for (const number of [1, 2]) {
    const study = cloud.server.state.createStudy(institute, {
      studyType: 'AnnotationStudy',
      patient: { patientId: 'pat', patientName: 'pat' },
    })
    expect(study.studyDatabaseId).toBe(`h1-s${number}`)
  }
  await cloud.igt(['download', 'down', 'Project'])
  expect(await cloud.bench.files('down/Hospital A')).toEqual(['pat---study1/study.json', 'pat---study2/study.json'])
  await cloud.bench.write('down/Hospital A/pat---study1/1.txt', '1')
  await cloud.bench.write('down/Hospital A/pat---study2/2.txt', '2')
  expect(await cloud.igt(['upload', 'down', 'Project'])).toMatchObject({ code: 0 })
  const puts = cloud.server.requests.filter(({ area, method }) => area === 'data' && method === 'PUT')
  expect(puts.map(({ path }) => path).sort()).toEqual(['/igt/p1/h1/s1/files/1.txt', '/igt/p1/h1/s2/files/2.txt'])
  expect(cloud.server.state.studies).toHaveLength(2)
})

test('defect 10: folders of categories are uploaded, dicom too', { timeout: patience }, async () => {
  await using cloud = await IgtBench.open()
  await cloud.bench.write('up/Hospital A/p---s/files/a.txt', 'a')
  await cloud.bench.write('up/Hospital A/p---s/dicom/b.dcm', 'b')
  expect(await cloud.igt(['upload', 'up', 'Project'])).toMatchObject({ code: 0 })
  const both = ['--category', 'files', '--category', 'dicom']
  expect(await cloud.igt(['download', 'down', 'Project', ...both])).toMatchObject({ code: 0 })
  expect(await cloud.tree('down')).toEqual(await cloud.tree('up'))
})

test('defect 11: what fails, and what is not there, ends with another code than 0', { timeout: patience }, async () => {
  await using cloud = await IgtBench.open()
  const missing = await cloud.igt(['download', 'down', 'No such project'])
  expect(missing.code).toBe(1)
  expect(missing.stderr).toContain('Project not found: No such project')
  const nowhere = await cloud.igt(['download', 'down', 'Project', 'No such institute'])
  expect(nowhere.stderr).toContain('No institutes found')
  await cloud.bench.write('up/Hospital A/p---s/a.txt', 'a')
  await cloud.igt(['upload', 'up', 'Project'])
  cloud.server.controls.denied.push({ path: '/api/auth/s3credentials' })
  expect((await cloud.igt(['download', 'down', 'Project'])).code).toBe(3)
  cloud.server.controls.denied.length = 0
  // Of the same size, and other bytes: igtcloud takes that for the same.
  await cloud.bench.write('down/Hospital A/p---s/a.txt', 'b')
  expect((await cloud.igt(['download', 'down', 'Project'])).code).toBe(0)
  expect(await cloud.bench.read('down/Hospital A/p---s/a.txt')).toBe('a')
})

test('a table has the columns of all studies, is written anew, and --append merges by study', async () => {
  await using cloud = await IgtBench.open({
    projects: [{ name: 'Pro/ject', institutes: ['Hospital A', { name: 'Hospital B', studyType: 'EpdStudy' }] }],
  })
  const [a, b] = cloud.server.state.institutes
  if (a === undefined || b === undefined) throw new Error('There are no institutes.')
  const patient = { patientName: 'say "hi", all', dateOfBirth: '2000-01-02' }
  cloud.server.state.createStudy(a, { studyType: 'Study', patient, studyDate: '2024-05-06T07:00:00Z' })
  const events = [{ description: 'x', isMaster: true }]
  cloud.server.state.createStudy(b, { studyType: 'EpdStudy', name: 'n', events, diseaseTypes: ['c', 'd'] })
  for (const more of [[], ['--append']]) {
    expect((await cloud.igt(['csv', '.', 'Pro/ject', ...more])).code).toBe(0)
    const [header = '', ...lines] = (await cloud.bench.read('cloud_Pro_ject.csv')).trimEnd().split('\r\n')
    expect(lines).toHaveLength(2)
    expect(header.split(',')).toEqual(expect.arrayContaining(['patientName', 'patientDateofbirth', 'events', 'name']))
    expect(header).not.toContain('s3Prefix')
    expect(lines.join('\n')).toContain('"say ""hi"", all"')
    expect(lines.join('\n')).toContain('"c, d"')
  }
  expect((await cloud.igt(['csv', '.', 'Pro/ject', '--end', '2024-05-05'])).code).toBe(0)
  // One without a date is of every day.
  expect((await cloud.bench.read('cloud_Pro_ject.csv')).trimEnd().split('\r\n')).toHaveLength(2)
  expect((await cloud.igt(['csv', 'nowhere', 'Pro/ject'])).code).toBe(1)
  // What cannot be gone on with stays as it is.
  await rm(cloud.bench.path('cloud_Pro_ject.csv'))
  await mkdir(cloud.bench.path('cloud_Pro_ject.csv'))
  expect((await cloud.igt(['csv', '.', 'Pro/ject', '--append'])).stderr).toContain('cannot be read')
})

test('--dry-run does nothing, and --manifest lists what was done', { timeout: patience }, async () => {
  await using cloud = await IgtBench.open()
  await cloud.bench.write('up/Hospital A/p---s/a.txt', 'abc')
  const dry = await cloud.igt(['upload', 'up', 'Project', '--dry-run'])
  expect(dry.code).toBe(0)
  expect(cloud.sent).toBe(0)
  expect(cloud.server.state.studies).toEqual([])
  const sent = await cloud.igt(['upload', 'up', 'Project', '--manifest', 'list.txt'])
  expect(sent.code).toBe(0)
  const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
  expect(await cloud.bench.read('list.txt')).toBe(`${abc}  Hospital A/p---s/a.txt\n`)
})
