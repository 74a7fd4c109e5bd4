import { writePhantom } from '@gantry/testkit/phantom'
import { expect, test } from 'vitest'

import { IgtBench } from '../../testing/igt-bench.ts'

const patience = 120_000

/** Logs in, does the work beside, and logs out. */
async function loggedIn(cloud: IgtBench, work: () => Promise<void>): Promise<void> {
  let done: Promise<void> | undefined
  const login = cloud.igt(['login'], {
    watch(text, interrupt) {
      if (text.includes('Logged in')) done = work().finally(() => interrupt('signal'))
    },
  })
  expect((await login).code).toBe(0)
  await done
}

test(
  'a project is a place: listed, copied to and from, and gone on with, as whoever is logged in',
  async () => {
    await using cloud = await IgtBench.open({ projects: [{ name: 'Pro/ject 1', institutes: ['Hospital A'] }] })
    const { bench, env } = cloud
    const gantry = async (...argv: string[]) => await bench.gantry(argv, { env })
    const base = `igt+${cloud.server.url}`
    const place = `${base}/Pro%2Fject 1`
    await bench.fill('up/p---s', 5)
    expect((await gantry('ls', place)).code).toBe(3)
    await loggedIn(cloud, async () => {
      const projects = await gantry('ls', base, '--json')
      expect(projects.json[0]).toMatchObject({ type: 'found', kind: 'project', name: 'Pro/ject 1', url: place })
      expect((await gantry('copy', 'up', `${place}/Hospital A`)).code).toBe(0)
      expect((await gantry('ls', `${place}/Hospital A/p---s`, '--json')).json.slice(0, 5)).toHaveLength(5)
      const back = ['copy', place, 'down', '--from-option', 'documents=true']
      expect((await gantry(...back)).code).toBe(0)
      expect(await bench.files('down/Hospital A/p---s')).toHaveLength(6)
      expect((await gantry('verify', 'up', `${place}/Hospital A`)).code).toBe(0)

      // The cloud gives its study another name than the folder has.
      await bench.fill('bare/nodash/deep', 2)
      for (const sent of [2, 0]) {
        const before = cloud.sent
        expect((await gantry('copy', 'bare', `${place}/Hospital A`)).code).toBe(0)
        expect(cloud.sent - before).toBe(sent)
      }

      // It has to be told lengths before: what is de-identified is measured first.
      await writePhantom(bench.path('images/MARKER'), { size: 16, slices: 2 })
      const project = { GANTRY_DEIDENTIFY_KEY: 'a secret of the project, long enough' }
      const layout = 'q---u/{SOPInstanceUID}.dcm'
      const words = ['copy', 'images', `${place}/Hospital A`, '--deidentify', '--layout', layout]
      const unnamed = await bench.gantry(words, { env: { ...env, ...project } })
      expect(unnamed).toMatchObject({ code: 0, stdout: expect.stringContaining('De-identified 2 entries') })
      expect((await gantry('copy', `${place}/Hospital A/q---u`, 'named')).code).toBe(0)
      expect(await bench.files('named')).toEqual([
        expect.stringMatching(/^2\.25\.\d+\.dcm$/u),
        expect.stringMatching(/^2\.25\.\d+\.dcm$/u),
      ])

      await bench.fill('more/p---t', 5)
      cloud.server.controls.denied.push({ path: '/igt/', method: 'PUT' }, { path: '/s3credentials' })
      expect((await gantry('copy', 'more', `${place}/Hospital A`)).code).not.toBe(0)
      cloud.server.controls.denied.length = 0
      expect((await gantry('jobs', 'resume')).code).toBe(0)
      expect((await gantry('rm', `${place}/Hospital A/p---t`, '--yes')).code).toBe(0)
      expect((await gantry('ls', `${place}/Hospital A/p---t`)).stdout).toBe('')
    })
  },
  patience,
)

test(
  'a profile says what is left out, and the environment goes before it',
  async () => {
    await using cloud = await IgtBench.open({
      projects: [
        { name: 'Project', institutes: ['Hospital A', 'Hospital B'] },
        { name: 'Other', institutes: ['Hospital C'] },
      ],
      users: { user: 'password', other: 'password' },
    })
    const { bench, server } = cloud
    const remote = (options: object, path = 'Project/Hospital B') => ({ url: `igt+${server.url}/${path}`, options })
    const config = {
      remotes: {
        hospital: remote({ user: 'user', structure: 'hierarchical' }),
        sender: remote({ serviceFile: 'keys/uploader.service.pem' }, 'Project'),
        folder: './up',
      },
    }
    await bench.write('gantry.config.json', JSON.stringify(config))
    await bench.write('up/Hospital A/p/s/1', 'a')
    await bench.write('up/Hospital B/p/s/2', 'b')
    const input = 'password\n'
    expect((await cloud.raw(['upload', 'up', '--profile', 'hospital'], { input })).code).toBe(0)
    expect(server.state.studies.map(({ instituteId }) => instituteId)).toEqual(['h2'])
    const down = async (folder: string, more: readonly string[], env = {}) =>
      await cloud.raw(['download', folder, ...more, '--profile', 'hospital'], { input, env })
    expect((await down('one', [])).code).toBe(0)
    expect(await cloud.tree('one')).toEqual({ 'Hospital B/p/s/2': 'b' })
    // Arguments go before it: of another project, all institutes.
    expect((await down('two', ['Other'])).code).toBe(0)
    expect((await down('three', ['Project', 'Hospital A', '--folder-structure', 'flat'])).code).toBe(0)
    expect(await cloud.tree('two')).toEqual({})
    const subs = () => server.state.sessions.map(({ sub }) => sub)
    expect((await down('four', [], { CLOUD_USERNAME: 'other' })).code).toBe(0)
    expect(subs().at(-1)).toBe('other')

    // A service sends by its key, in the folder of the configuration.
    const { IgtCloud } = await import('@gantry/igt')
    const admin = new IgtCloud({ domain: server.url, login: { username: 'user', password: 'password' } })
    const { privateKey } = await admin.createService('h1', 'uploader')
    await admin.logout()
    admin.close()
    await bench.write('keys/uploader.service.pem', privateKey ?? '')
    await bench.write('sent/Hospital A/p---s/3', 'c')
    expect((await cloud.raw(['upload', 'sent', '--profile', 'sender'])).code).toBe(0)
    expect(subs().at(-1)).toBe('uploader.service')
    const listed = await bench.gantry(['ls', 'sender:Hospital A'], { env: cloud.env })
    expect(listed.stdout).toContain('p---s/3')
    const { jwt, csrf } = server.state.login('user', false)
    const tokens = { CLOUD_JWT_TOKEN: jwt, CLOUD_CSRF_TOKEN: csrf }
    expect((await cloud.raw(['download', 'five', '--profile', 'sender'], { env: tokens })).code).toBe(0)
    expect(await bench.read('five/Hospital A/p---s/3')).toBe('c')
  },
  patience,
)

test.each([
  [['upload', '.'], 'Which project?'],
  [['upload', '.', '--profile', 'nobody'], 'There is no profile "nobody"'],
  [['upload', '.', '--profile', 'folder'], 'is no project of an IGT cloud'],
  [['login', '--profile', 'deep'], 'is less than an institute'],
])('%j is told as wrong', async (argv, message) => {
  await using cloud = await IgtBench.open()
  const remotes = { folder: './up', deep: 'igt+https://host/Project/Hospital/study' }
  await cloud.bench.write('gantry.config.json', JSON.stringify({ remotes }))
  const result = await cloud.raw(argv)
  expect(result.code).toBe(2)
  expect(result.stderr).toContain(message)
})
