import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { type Sigstore, startSigstore } from '../../../testing/sigstore.ts'
import { Workbench } from '../../../testing/workbench.ts'

const tarball = Buffer.from('a package')
const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const keyid = 'SHA256:test'
const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
const signatureOf = (version: string) =>
  sign('sha256', Buffer.from(`@gantry/cli@${version}:${integrity}`), privateKey).toString('base64')

interface Change {
  readonly sig?: string
  readonly bytes?: Buffer
  readonly version?: string
  /** What the registry tells of its provenance; `missing`: it says that there is some, and has none. */
  readonly attestations?: readonly unknown[] | 'missing'
  readonly root?: object
  /** How `npm audit` ends. */
  readonly audit?: number
}

/** A registry, and an npm that only writes down what it is asked for. */
async function upgrade(change: Change) {
  const { version = '9.9.9', bytes = tarball, sig = signatureOf(version), attestations, root, audit = 0 } = change
  await using bench = await Workbench.make()
  const server = createServer((request, response) => {
    const url = `http://${request.headers.host}`
    const dist = {
      tarball: `${url}/it.tgz`,
      integrity,
      signatures: [{ keyid, sig }],
      ...(attestations && { attestations: { url } }),
    }
    const all = attestations === 'missing' ? undefined : attestations
    if (request.url === '/it.tgz') response.end(bytes)
    else if (request.url === '/-/npm/v1/keys') response.end(JSON.stringify({ keys: [{ keyid, key, expires: null }] }))
    else if (request.url === `/-/npm/v1/attestations/@gantry%2fcli@${version}` && all !== undefined) {
      response.end(JSON.stringify({ attestations: all }))
    } else if (request.url?.startsWith('/@gantry%2fcli/') === true) response.end(JSON.stringify({ version, dist }))
    else response.writeHead(404).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    await mkdir(bench.path('bin'))
    await writeFile(
      bench.path('bin/npm'),
      `#!/bin/sh\necho "$@" >> "${bench.path('asked')}"\n[ "$1" != audit ] || exit ${audit}\n`,
    )
    await chmod(bench.path('bin/npm'), 0o755)
    const registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const env = { npm_config_registry: registry, PATH: `${bench.path('bin')}:${process.env['PATH'] ?? ''}` }
    if (root !== undefined) await bench.write('root.json', JSON.stringify(root))
    const result = await bench.gantry(['igt', 'upgrade', '--trusted-root', 'root.json'], { env })
    return { ...result, asked: await bench.read('asked').catch(() => undefined) }
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

test('defect 11: what is signed and whole is installed, by the bytes that were verified', async () => {
  const { code, asked } = await upgrade({})
  expect(code).toBe(0)
  const [staged, audited, installed, ...rest] = (asked ?? '').trimEnd().split('\n')
  expect(staged).toMatch(/^install --ignore-scripts .*package\.tgz$/u)
  expect(audited).toBe('audit signatures')
  expect(installed).toMatch(/^install --global --offline --ignore-scripts .*package\.tgz$/u)
  expect(rest).toEqual([])
})

test.each([
  ['of another signature', { sig: signatureOf('9.9.8') }],
  ['without a signature that is one', { sig: '' }],
  ['of other bytes', { bytes: Buffer.from('another one') }],
])('defect 11: a package %s is never handed to npm', async (_name, change) => {
  const { code, asked, stderr } = await upgrade(change)
  expect(code).toBe(1)
  expect(stderr).toContain('cannot be verified')
  expect(asked).toBeUndefined()
})

test('what is installed already is left alone', async () => {
  const { code, asked } = await upgrade({ version: '0.0.0' })
  expect(code).toBe(0)
  expect(asked).toBeUndefined()
})

test('what needs something without a signature is not installed', async () => {
  const { code, asked, stderr } = await upgrade({ audit: 1 })
  expect(code).toBe(1)
  expect(stderr).toContain('cannot be verified')
  expect(asked).not.toContain('--global')
})

describe('provenance', () => {
  const own = 'https://github.com/gantry-dicom/gantry/.github/workflows/release.yml@refs/heads/main'
  const predicateType = 'https://slsa.dev/provenance/v1'
  const statementOf = (name = 'pkg:npm/%40gantry/cli@9.9.9', bytes = tarball) => ({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name, digest: { sha512: createHash('sha512').update(bytes).digest('hex') } }],
    predicateType,
    predicate: {},
  })
  let sigstore: Sigstore
  beforeAll(async () => {
    sigstore = await startSigstore()
  })
  afterAll(async () => await sigstore[Symbol.asyncDispose]())
  const attested = async (workflow = own, statement: object = statementOf()) => [
    { predicateType: 'https://github.com/npm/attestation/tree/main/specs/publish/v0.1', bundle: {} },
    { predicateType, bundle: await sigstore.attest(workflow, statement) },
  ]

  test('of a workflow of this project, for these bytes, is what is installed', async () => {
    const result = await upgrade({ attestations: await attested(), root: sigstore.trustedRoot })
    expect(result).toMatchObject({ code: 0 })
    expect(result.asked).toContain('--global')
  })

  test.each<[string, () => Promise<Change>]>([
    ['of another project', async () => ({ attestations: await attested(own.replace('gantry-dicom', 'gantry')) })],
    [
      'of another version',
      async () => ({ attestations: await attested(own, statementOf('pkg:npm/%40gantry/cli@9.9.8')) }),
    ],
    ['of other bytes', async () => ({ attestations: await attested(own, statementOf(undefined, Buffer.from('x'))) })],
    [
      'that another authority has signed',
      async () => {
        await using other = await startSigstore()
        return { attestations: await attested(), root: other.trustedRoot }
      },
    ],
    [
      'that was changed afterwards',
      async () => {
        const [first, second] = await attested()
        const { bundle } = second as { bundle: { dsseEnvelope: { payload: string } } }
        bundle.dsseEnvelope.payload = Buffer.from(JSON.stringify({ ...statementOf(), predicate: 1 })).toString('base64')
        return { attestations: [first, second] }
      },
    ],
    ['that is not there', async () => ({ attestations: 'missing' })],
    ['that is none', async () => ({ attestations: (await attested()).slice(0, 1) })],
  ])('%s is never handed to npm', async (_, change) => {
    const { code, asked, stderr } = await upgrade({ root: sigstore.trustedRoot, ...(await change()) })
    expect(code).toBe(1)
    expect(stderr).not.toBe('')
    expect(asked).toBeUndefined()
  })
})
