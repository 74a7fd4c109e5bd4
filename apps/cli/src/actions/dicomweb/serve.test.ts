import { stat } from 'node:fs/promises'

import { writePhantom } from '@gantry/testkit/phantom'
import { describe, expect, test } from 'vitest'

import { spawnGantry } from '../../../testing/bin.ts'
import { startHub } from '../../../testing/hub-bench.ts'
import { Workbench } from '../../../testing/workbench.ts'

async function benchWithStudy(): Promise<Workbench> {
  const bench = await Workbench.make()
  await writePhantom(bench.path('archive'), { size: 16, slices: 3 })
  await bench.write('archive/readme.txt', 'no image')
  return bench
}

interface Run {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly json: readonly Readonly<Record<string, unknown>>[]
}

/** Runs `gantry serve`, does something with what it serves once that is indexed, and asks it to stop. */
async function served(bench: Workbench, argv: readonly string[], work: (root: string) => Promise<void>): Promise<Run> {
  let text = ''
  let failed: unknown
  let isBegun = false
  const result = await bench.gantry(['serve', 'archive', '--port', '0', ...argv], {
    watch(more, interrupt) {
      text += more
      const root = /(?:DICOMweb |"url":")(http[^\s"]+)/u.exec(text)?.[1]
      if (isBegun || root === undefined || !/Index: |"type":"index"/u.test(text)) return
      isBegun = true
      void work(root)
        .catch((error: unknown) => {
          failed = error
        })
        .then(() => interrupt('signal'))
    },
  })
  if (failed !== undefined) throw failed as Error
  return result
}

describe('gantry serve', () => {
  test('of what is not there serves nothing; to store into, it need not be', async () => {
    await using bench = await Workbench.make()
    const missing = await bench.gantry(['serve', 'nope', '--port', '0'])
    expect(missing).toMatchObject({ code: 1, stdout: '' })
    expect(missing.stderr).toContain('There is no file or folder nope.')
    let text = ''
    const stow = await bench.gantry(['serve', 'new', '--stow', '--port', '0'], {
      watch(more, interrupt) {
        text += more
        if (/DICOMweb http/u.test(text)) setTimeout(() => interrupt('signal'), 500)
      },
    })
    expect(stow.code).toBe(0)
    expect(stow.stderr).not.toContain('not_found')
  })

  test('serves until it is asked to stop, and says how much there is', async () => {
    await using bench = await benchWithStudy()
    const { code, stdout, stderr } = await served(bench, ['--verbose'], async (root) => {
      const [study] = (await (await fetch(`${root}/studies?PatientID=*`)).json()) as Record<
        string,
        { Value: string[] }
      >[]
      const uid = study?.['0020000D']?.Value[0]
      expect((await fetch(`${root}/studies/${uid}`)).status).toBe(200)
      expect((await fetch(`${root}/studies`, { method: 'POST', body: 'x' })).status).toBe(405)
    })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^DICOMweb http:\/\/127\.0\.0\.1:\d+\/dicom-web\n$/u)
    expect(stderr).toContain('Index: 1 study, 3 images; 1 other files left out')
    expect(stderr).toMatch(/GET \/studies\/\{study\} 200 \d+ ms/u)
    expect(stderr).not.toMatch(/PatientID|\d\.\d+\.\d+\.\d+\.\d+\.\d+/u)
    const index = /index in (\S+);/u.exec(stderr)?.[1] ?? ''
    expect(((await stat(index)).mode & 0o777).toString(8)).toBe('600')
  })

  test('takes an origin with a slash at its end for what it is', async () => {
    await using bench = await benchWithStudy()
    const { code } = await served(bench, ['--cors', 'https://viewer.example.org/'], async (root) => {
      const headers = { origin: 'https://viewer.example.org' }
      const answer = await fetch(`${root}/studies`, { headers })
      expect(answer.headers.get('access-control-allow-origin')).toBe(headers.origin)
    })
    expect(code).toBe(0)
  })

  test('takes instances with --stow, into a layout, and tells programs what it does', async () => {
    await using bench = await benchWithStudy()
    const flags = ['--stow', '--layout', 'new/{SOPInstanceUID}.dcm', '--json', '--index', 'own.sqlite']
    const { code, json: lines } = await served(bench, flags, async (root) => {
      await writePhantom(bench.path('other'), { size: 16, slices: 1, seed: 2 })
      const [path = ''] = await bench.files('other')
      const body = Buffer.from(await bench.read(`other/${path}`), 'latin1')
      const headers = { 'content-type': 'application/dicom' }
      expect((await fetch(`${root}/studies`, { method: 'POST', headers, body })).status).toBe(200)
      expect(await (await fetch(`${root}/studies`)).json()).toHaveLength(2)
    })
    expect(code).toBe(0)
    const json = lines.filter(({ type }) => type !== 'indexing')
    expect(json.map(({ type }) => type)).toEqual(['serving', 'index', 'request', 'request'])
    expect(json[1]).toMatchObject({ studies: 1, instances: 3, others: 1, failed: 0, copies: 0 })
    expect((await bench.files('archive')).filter((path) => path.startsWith('new/'))).toHaveLength(1)
    expect(await bench.files('.')).toContain('own.sqlite')
  })

  test('asks for tokens where others can reach it, and takes those of a file', async () => {
    await using bench = await benchWithStudy()
    const refused = await bench.gantry(['serve', 'archive', '--host', '0.0.0.0'])
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('--token-file')
    const token = 'read-only-0123456789'
    await bench.write('tokens.txt', `# of the viewer\nread:${token}\n`)
    const { code, stdout, stderr } = await served(
      bench,
      ['--token-file', 'tokens.txt', '--stow', '--cors', '*'],
      async (root) => {
        expect((await fetch(`${root}/studies`)).status).toBe(401)
        const headers = { authorization: `Bearer ${token}` }
        expect((await fetch(`${root}/studies`, { headers })).status).toBe(200)
        expect((await fetch(`${root}/studies`, { headers, method: 'POST', body: 'x' })).status).toBe(403)
      },
    )
    expect(code).toBe(0)
    expect(stdout + stderr).not.toContain(token)
    expect(stderr).toContain('Others can read')
    expect(stderr).not.toContain('--url')
    await bench.write('tokens.txt', 'short')
    expect((await bench.gantry(['serve', 'archive', '--token-file', 'tokens.txt'])).code).toBe(2)
  })

  test.each([
    ['warns where it cannot know how others reach it', [], /^warning: .+--url/mu],
    ['does not where it is told', ['--url', 'https://pacs.example.org/dicom-web'], /^(?![^]*warning)/u],
  ])('that addresses begin with what clients call it, it %s', async (_what, flags, expected) => {
    await using bench = await benchWithStudy()
    await bench.writePrivate('tokens.txt', 'read-only-0123456789\n')
    const argv = ['--host', '0.0.0.0', '--token-file', 'tokens.txt', ...flags]
    const { code, stderr } = await served(bench, argv, () => Promise.resolve())
    expect(code).toBe(0)
    expect(stderr).toMatch(expected)
  })

  test.each([
    [['--layout', 'x/{SOPInstanceUID}.dcm'], '--stow'],
    [['--stow', '--layout', '{Nonsense}'], 'Nonsense'],
    [['--url', 'ftp://x'], 'https://'],
    [['--refresh', 'soon'], '30m'],
    [['--cors', 'viewer.example.org'], '--cors'],
    [['--cors', 'https://viewer.example.org/app'], '--cors'],
    [['--cors', '*'], '--token-file'],
  ])('%j is a usage error that says why', async (flags, word) => {
    await using bench = await benchWithStudy()
    const { code, stderr } = await bench.gantry(['serve', 'archive', ...flags])
    expect([code, stderr]).toEqual([2, expect.stringContaining(word)])
  })

  test.each(['SIGINT', 'SIGTERM'] as const)('a process of its own ends cleanly at %s', async (signal) => {
    await using bench = await benchWithStudy()
    const ended = await spawnGantry(['serve', 'archive', '--port', '0', '--json'], {
      cwd: bench.folder,
      env: bench.env,
      watch(text, child) {
        if (text.includes('"type":"serving"')) child.kill(signal)
      },
    })
    expect(ended).toMatchObject({ code: 0, stderr: '' })
  })
})

test('a hub serves a place to accounts that have the scope', async () => {
  await using bench = await benchWithStudy()
  const { url, stop } = await startHub(bench, ['--dicomweb', 'archive', '--stow'])
  const account = ['hub', 'account', 'create', 'viewer', '--folder', 'hub', '--out', 'viewer.json']
  expect((await bench.gantry([...account, '--scopes', 'dicomweb:read'])).code).toBe(0)
  expect((await bench.gantry(['login', '--hub', url, '--key', 'viewer.json'])).code).toBe(0)
  const token = (await bench.gantry(['get-token', '--scopes', 'dicomweb:read'])).stdout.trim()
  const headers = { authorization: `Bearer ${token}` }
  expect((await fetch(`${url}/dicom-web/studies`)).status).toBe(401)
  const find = async () => (await (await fetch(`${url}/dicom-web/studies`, { headers })).json()) as unknown[]
  await expect.poll(find, { timeout: 20_000 }).toHaveLength(1)
  const [study] = (await find()) as Record<string, { Value: string[] }>[]
  expect(study?.['00081190']?.Value[0]).toMatch(`${url}/dicom-web/studies/`)
  const response = await fetch(study?.['00081190']?.Value[0] ?? '', { headers })
  expect((await response.arrayBuffer()).byteLength).toBe(Number(response.headers.get('content-length')))
  expect((await fetch(`${url}/dicom-web/studies`, { headers, method: 'POST', body: 'x' })).status).toBe(403)
  expect((await stop()).code).toBe(0)
})

test('a server of its own takes access tokens of a hub that have the scope, beside those of a file', async () => {
  await using bench = await benchWithStudy()
  const { url, stop } = await startHub(bench)
  const token = async (name: string, flags: readonly string[], scopes: string) => {
    const account = ['hub', 'account', 'create', name, '--folder', 'hub', '--out', `${name}.json`]
    expect((await bench.gantry([...account, ...flags])).code).toBe(0)
    expect((await bench.gantry(['login', '--hub', url, '--key', `${name}.json`])).code).toBe(0)
    return (await bench.gantry(['get-token', '--scopes', scopes])).stdout.trim()
  }
  const reads = await token('viewer', ['--scopes', 'dicomweb:read,shares:read'], 'dicomweb:read')
  const shares = (await bench.gantry(['get-token', '--scopes', 'shares:read'])).stdout.trim()
  const writes = await token('scanner', ['--scopes', 'dicomweb:write'], 'dicomweb:write')
  const held = await token('ward', ['--scopes', 'dicomweb:read', '--prefix', 'ward'], 'dicomweb:read')
  const listed = 'read-only-0123456789'
  await bench.writePrivate('tokens.txt', `read:${listed}\n`)
  const argv = ['--hub', `${url}/`, '--stow', '--token-file', 'tokens.txt', '--verbose']
  const { code, stdout, stderr } = await served(bench, argv, async (root) => {
    const status = async (given: string, init: RequestInit = {}) => {
      return (await fetch(`${root}/studies`, { ...init, headers: { authorization: `Bearer ${given}` } })).status
    }
    const store = { method: 'POST', body: 'x' }
    expect(await Promise.all([reads, listed].map(async (one) => await status(one)))).toEqual([200, 200])
    expect(await Promise.all([shares, writes, held].map(async (one) => await status(one)))).toEqual([403, 403, 403])
    expect(await Promise.all([reads, writes].map(async (one) => await status(one, store)))).toEqual([403, 415])
    expect(await status(`${reads.slice(0, -4)}AAAA`)).toBe(401)
    expect((await fetch(`${root}/studies`)).status).toBe(401)
    // Its keys are known by now; that an account was revoked, the hub alone knows.
    expect((await stop()).code).toBe(0)
    expect(await status(reads)).toBe(200)
  })
  expect(code).toBe(0)
  expect(stdout + stderr).not.toContain('eyJ')
  const gone = await bench.gantry(['serve', 'archive', '--port', '0', '--hub', url])
  expect(gone).toMatchObject({ code: 1, stderr: expect.stringContaining('Nothing listens') })
  const open = await bench.gantry(['serve', 'archive', '--port', '0', '--hub', 'http://hub.example.org'])
  expect(open).toMatchObject({ code: 2, stderr: expect.stringContaining('https://') })
})
