import { readFile, stat, writeFile } from 'node:fs/promises'

import {
  account,
  deviceClient,
  type GoogleOptions,
  type GoogleProject,
  type GoogleServer,
  installedClient,
  startGoogle,
} from '@gantry-tooling/servers/google'
import { describe, expect, test, vi } from 'vitest'

import { spawnGantry } from '../../testing/bin.ts'
import type { RunOptions } from '../../testing/run.ts'
import { typeInBash } from '../../testing/type-in-bash.ts'
import { Workbench } from '../../testing/workbench.ts'

// The command line loads much, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 180_000 })

const projects: readonly GoogleProject[] = [
  { projectId: 'my-project', locations: { 'us-central1': { ct: ['trial', 'routine'], mr: 3 }, eu: { pet: 5000 } } },
  { projectId: 'my-prototype' },
  { projectId: 'other', locations: { eu: { us: ['echo'] } } },
]

/** The command line, with a server that stands for Google. */
class GoogleBench implements AsyncDisposable {
  readonly bench: Workbench
  readonly google: GoogleServer

  private constructor(bench: Workbench, google: GoogleServer) {
    this.bench = bench
    this.google = google
  }

  static async make(options: GoogleOptions = {}): Promise<GoogleBench> {
    return new GoogleBench(await Workbench.make(), await startGoogle({ projects, deviceInterval: 1, ...options }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.google.stop()
    await this.bench[Symbol.asyncDispose]()
  }

  get env(): Record<string, string> {
    return {
      GANTRY_GOOGLE_ENDPOINT: this.google.url,
      GANTRY_GOOGLE_CLIENT_ID: installedClient.clientId,
      GANTRY_GOOGLE_CLIENT_SECRET: installedClient.clientSecret,
      // Whoever runs this may be signed in.
      GOOGLE_APPLICATION_CREDENTIALS: this.bench.path('nowhere.json'),
    }
  }

  async gantry(argv: readonly string[], options: RunOptions = {}) {
    return await this.bench.gantry(argv, { ...options, env: { ...this.env, ...options.env } })
  }

  /** Signs in as a person with a browser does. */
  async signIn(flags: readonly string[] = []) {
    let visited = false
    return await this.gantry(['login', '--google', ...flags], {
      watch(text) {
        const [url] = /http:\/\/127\.0\.0\.1:\d+\/o\/oauth2\/v2\/auth\?[^\s"]+/u.exec(text) ?? []
        if (url === undefined || visited) return
        visited = true
        void fetch(url).then(async (page) => await page.text())
      },
    })
  }

  get record(): string {
    return this.bench.path('jobs', 'google-login.json')
  }
}

describe('signing in with Google', () => {
  test('shows where to go, and keeps the access token alone, for its owner', async () => {
    await using google = await GoogleBench.make()
    const signedIn = await google.signIn()
    expect(signedIn).toMatchObject({ code: 0, stdout: expect.stringContaining(`as ${account}, until 20`) })
    expect(signedIn.stderr).toContain('Open this page in a browser')
    expect((await stat(google.record)).mode & 0o777).toBe(0o600)
    const record = JSON.parse(await readFile(google.record, 'utf8')) as Record<string, unknown>
    expect(record['refreshToken']).toBeUndefined()
    expect(JSON.stringify(record)).not.toContain(installedClient.clientSecret)
    expect(google.google.refreshTokens).toBe(0)
    const token = await google.gantry(['get-token', '--google'])
    expect(token).toMatchObject({ code: 0, stdout: `${String(record['token'])}\n` })
    expect(signedIn.stdout + signedIn.stderr).not.toContain(String(record['token']))
  })

  test('with --keep it goes on when the access token has ended, and logout ends it at Google too', async () => {
    await using google = await GoogleBench.make()
    const { clientId: client_id, clientSecret: client_secret } = installedClient
    await writeFile(google.bench.path('client.json'), JSON.stringify({ installed: { client_id, client_secret } }))
    const signedIn = await google.signIn(['--keep', '--client-file', 'client.json'])
    expect(signedIn.stdout).toContain('until gantry logout --google')
    google.google.expireTokens()
    expect(await google.gantry(['ls', 'healthcare://my-project/eu/'])).toMatchObject({ code: 0 })
    expect(google.google.refreshTokens).toBe(1)
    expect(await google.gantry(['logout', '--google'])).toMatchObject({ code: 0, stdout: 'Signed out of Google.\n' })
    expect(google.google.refreshTokens).toBe(0)
    expect((await google.gantry(['get-token', '--google'])).code).toBe(3)
  })

  test('without --keep it ends with the access token, and says what to do', async () => {
    await using google = await GoogleBench.make()
    await google.signIn()
    google.google.expireTokens()
    const result = await google.gantry(['ls', 'healthcare://my-project/eu/'])
    expect(result).toMatchObject({ code: 3, stderr: expect.stringContaining('gantry login --google') })
  })

  test.each([
    ['refused', { consent: 'deny' as const }, 3, 'refused'],
    ['of too little', { unticked: ['https://www.googleapis.com/auth/cloud-healthcare'] }, 3, 'tick it'],
  ])('an access that is %s is told, and nothing is kept', async (_, controls, code, text) => {
    await using google = await GoogleBench.make()
    Object.assign(google.google.controls, controls)
    expect(await google.signIn()).toMatchObject({ code, stderr: expect.stringContaining(text) })
    await expect(stat(google.record)).rejects.toThrow('ENOENT')
  })

  test('is stopped by Ctrl-C', async () => {
    await using google = await GoogleBench.make()
    const watch = (text: string, interrupt: (why: 'signal') => void) => text.includes('Waiting') && interrupt('signal')
    expect((await google.gantry(['login', '--google'], { watch })).code).toBe(130)
  })

  test.each([
    [['login'], '--google'],
    [['login', '--google', '--key', 'x'], 'cannot be used with'],
    [['login', '--google', '--device', '--port', '8000'], 'no --port'],
    [['login', '--keep'], '--google'],
  ])('gantry %j is a usage error', async (argv, text) => {
    await using google = await GoogleBench.make()
    expect(await google.gantry(argv)).toMatchObject({ code: 2, stderr: expect.stringContaining(text) })
  })

  test('needs a client', async () => {
    await using google = await GoogleBench.make()
    const result = await google.gantry(['login', '--google'], { env: { GANTRY_GOOGLE_CLIENT_ID: '' } })
    expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining('Desktop app') })
  })
})

test('by device, in processes of their own: login, and what lies below', async () => {
  await using google = await GoogleBench.make()
  const { clientId, clientSecret } = deviceClient
  const env = { ...google.bench.env, ...google.env, GANTRY_GOOGLE_CLIENT_SECRET: clientSecret }
  const run = async (...argv: string[]) => await spawnGantry(argv, { cwd: google.bench.folder, env })
  google.google.controls.deviceEntered = false
  const signingIn = run('login', '--google', '--device', '--client-id', clientId)
  await expect
    .poll(() => google.google.requests.filter(({ path }) => path === '/token').length, { timeout: 60_000 })
    .toBe(1)
  google.google.controls.deviceEntered = true
  const signedIn = await signingIn
  expect(signedIn).toMatchObject({ code: 0, stdout: expect.stringContaining(account) })
  expect(signedIn.stderr).toContain('enter the code:  GQVQ-JKEC')
  expect((await readFile(google.record, 'utf8')).includes('refresh')).toBe(false)
  const listed = await run('ls', 'healthcare://my-project/us-central1/ct')
  expect(listed).toMatchObject({
    code: 0,
    stdout:
      'store     healthcare://my-project/us-central1/ct/trial\nstore     healthcare://my-project/us-central1/ct/routine\n',
    stderr: '2 places\n',
  })
}, 120_000)

describe('what lies below', () => {
  const token = (google: GoogleBench) =>
    google.google.mint([
      'https://www.googleapis.com/auth/cloud-healthcare',
      'https://www.googleapis.com/auth/cloudplatformprojects.readonly',
    ])
  const ls = async (google: GoogleBench, argv: readonly string[], env: Record<string, string> = {}) =>
    await google.gantry(['ls', ...argv], { env: { GOOGLE_OAUTH_ACCESS_TOKEN: token(google), ...env } })

  test('is listed at any depth, also from a name that is only begun', async () => {
    await using google = await GoogleBench.make()
    expect((await ls(google, ['healthcare://'])).stdout).toBe(
      'project   healthcare://my-project\nproject   healthcare://my-prototype\nproject   healthcare://other\n',
    )
    expect((await ls(google, ['healthcare://my-pro'])).stdout).not.toContain('other')
    expect((await ls(google, ['healthcare://my-project'])).stdout).toContain('location  healthcare://my-project/eu')
    expect((await ls(google, ['healthcare://my-prototype'])).stderr).toBe('Nothing is here.\n')
  })

  test('is listed down to the stores with --recursive, thousands of them', async () => {
    await using google = await GoogleBench.make()
    const { code, json } = await ls(google, ['healthcare://', '--recursive', '--json'])
    expect(code).toBe(0)
    expect(json.filter(({ store }) => store === true)).toHaveLength(5006)
    expect(json.at(-1)).toEqual({ type: 'result', places: 5016, refused: 0, exit: 0 })
  })

  test('tells what refuses, with permission and role, and ends with 3', async () => {
    await using google = await GoogleBench.make()
    const permission = 'healthcare.dicomStores.list'
    google.google.controls.denied.push({
      resource: 'projects/my-project/locations/us-central1/datasets/ct',
      permission,
    })
    const { code, stdout, stderr } = await ls(google, ['healthcare://my-project', '-r'])
    expect(code).toBe(3)
    expect(stdout).toContain('dataset   healthcare://my-project/us-central1/ct  permission_denied\n')
    expect(stdout).toContain('store     healthcare://my-project/us-central1/mr/store-00002\n')
    expect(stderr).toContain(permission)
    expect(stderr).toContain('roles/healthcare.dicomViewer')
    const { json } = await ls(google, ['healthcare://my-project/', '-r', '--json'])
    expect(json.find(({ name }) => name === 'ct')).toEqual({
      type: 'found',
      kind: 'dataset',
      name: 'ct',
      url: 'healthcare://my-project/us-central1/ct',
      store: false,
      error: {
        code: 'permission_denied',
        message: expect.any(String),
        permission,
        role: 'roles/healthcare.dicomViewer',
      },
    })
  })

  test('ends with 3 where nothing may be seen, with 1 where the service fails', async () => {
    await using google = await GoogleBench.make()
    expect((await ls(google, ['healthcare://nothing'])).code).toBe(3)
    expect((await ls(google, ['healthcare://'], { GOOGLE_OAUTH_ACCESS_TOKEN: 'none' })).code).toBe(3)
    google.google.controls.failures.push(...Array.from({ length: 3 }, () => ({ path: '/v1/', status: 503 })))
    expect((await ls(google, ['healthcare://my-project/'])).code).toBe(1)
  })

  test('is completed', async () => {
    await using google = await GoogleBench.make()
    await google.bench.write('gantry.config.json', '{ "remotes": { "hc": "healthcare://my-project" } }')
    const env = { GOOGLE_OAUTH_ACCESS_TOKEN: token(google) }
    const complete = async (word: string) => (await google.gantry(['complete', '--', 'ls', word], { env })).stdout
    expect(await complete('healthcare://my-pro')).toBe('healthcare://my-project/\t\nhealthcare://my-prototype/\t\n:6\n')
    expect(await complete('healthcare://my-project/us-central1/ct/tr')).toBe(
      'healthcare://my-project/us-central1/ct/trial\t\n:4\n',
    )
    expect(await complete('hc:us-central1/c')).toBe('hc:us-central1/ct/\t\n:6\n')
    expect(await complete('healthc')).toBe('healthcare://\t\n:6\n')
    expect(await complete('healthcare://nothing')).toBe(':0\n')
  })

  test('is completed by bash, which begins a word anew after a colon', async () => {
    await using google = await GoogleBench.make()
    const env = { ...google.bench.env, ...google.env, GOOGLE_OAUTH_ACCESS_TOKEN: token(google) }
    const typed = await typeInBash(['gantry ls healthcare://my-pro\t\tj\t'], { cwd: google.bench.folder, env })
    expect(typed).toEqual(['gantry ls healthcare://my-project/'])
  })

  test('a token that was given for Google goes nowhere else', async () => {
    await using google = await GoogleBench.make()
    const option = `baseUrl=${google.google.url}`
    const env = { GANTRY_GOOGLE_ENDPOINT: '' }
    const result = await ls(google, ['healthcare://my-project/', '-o', option], env)
    expect(result).toMatchObject({ code: 3, stderr: expect.stringContaining('sent to Google alone') })
    expect(google.google.requests).toEqual([])
  })
})
