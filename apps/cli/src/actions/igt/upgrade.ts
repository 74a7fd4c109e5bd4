import { execFile } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

import { collect, GantryError, isGantryError, toCall } from '@gantry/core'
import { nodeTransport } from '@gantry/http/node'
import * as z from 'zod'

import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { toJsonLine } from '../../render/json.ts'
import { statePath } from '../../state-folder.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { versionOf } from '../../version.ts'
import { checkIntegrity, checkSignature, keysSchema, unverified } from './verify-package.ts'

const name = '@gantry/cli'
const longestPackage = 256 * 1024 * 1024
const run = promisify(execFile)

const manifestSchema = z.looseObject({
  version: z.string().regex(/^\d+\.\d+\.\d+(?:-[\w.]+)?$/u),
  dist: z.looseObject({
    tarball: z.url(),
    integrity: z.string(),
    signatures: z.array(z.looseObject({ keyid: z.string(), sig: z.string() })).optional(),
    /** There is a provenance attestation. */
    attestations: z.unknown().optional(),
  }),
})

export interface UpgradeFlags {
  /** Sigstore's keys, where its own repository cannot be reached. */
  readonly trustedRoot?: string
}

type Ask = (url: URL) => Promise<Uint8Array>

/**
 * `gantry igt upgrade`: asks the package registry that npm is set to, verifies the registry's signature and, where there is
 * one, the provenance of the package, and only then hands the very bytes that were verified to npm.
 */
export async function upgrade(context: Context, wanted = 'latest', flags: UpgradeFlags = {}): Promise<ExitCode> {
  const { io, options, signal } = context
  const registry = await registryOf(io.env)
  const transport = nodeTransport({ service: 'The package registry', environment: io.env })
  try {
    const ask: Ask = async (url) => await fetchBytes(transport, url, signal)
    const at = `${name.replace('/', '%2f')}/${encodeURIComponent(wanted)}`
    const { version, dist } = parse(manifestSchema, await ask(new URL(at, registry)))
    const say = (text: string, done: boolean) => {
      if (options.json) io.stdout.write(toJsonLine({ type: 'result', version, upgraded: done, exit: exitCodes.done }))
      else if (!options.quiet) io.stdout.write(`${text}\n`)
    }
    if (version === versionOf()) {
      say(`gantry ${version} is what you have.`, false)
      return exitCodes.done
    }
    const keys = parse(keysSchema, await ask(new URL('-/npm/v1/keys', registry)))
    checkSignature({ name, version, ...dist }, keys.keys)
    if (dist.attestations != null)
      await checkAttested(context, { version, integrity: dist.integrity }, flags, async (path) => {
        return await ask(new URL(path, registry))
      })
    const tarball = await ask(new URL(dist.tarball))
    checkIntegrity(tarball, dist.integrity)
    await install(tarball, io.env, options.ca === undefined ? undefined : resolve(io.cwd, options.ca))
    say(`gantry ${version} is installed.`, true)
    return exitCodes.done
  } finally {
    transport.close()
  }
}

async function checkAttested(
  { io }: Context,
  { version, integrity }: { readonly version: string; readonly integrity: string },
  { trustedRoot }: UpgradeFlags,
  ask: (path: string) => Promise<Uint8Array>,
): Promise<void> {
  const { attestationsSchema, checkProvenance, readTrustedRoot } = await import('./verify-provenance.ts')
  const told = await ask(`-/npm/v1/attestations/${name.replace('/', '%2f')}@${version}`)
  const file = trustedRoot === undefined ? undefined : resolve(io.cwd, trustedRoot)
  const root = await readTrustedRoot(file, statePath(io.env, 'sigstore'))
  checkProvenance({ name, version, integrity }, parse(attestationsSchema, told), root)
}

/**
 * The bytes that were verified, and no others: npm is not asked to fetch the package again. What it needs is fetched into a
 * folder first, where npm verifies the signatures of all of it, and installed from npm's cache then. No script is run.
 */
async function install(tarball: Uint8Array, given: Context['io']['env'], ca: string | undefined): Promise<void> {
  const env = { ...process.env, ...given, ...(ca !== undefined && { NODE_EXTRA_CA_CERTS: ca }) }
  const folder = await temporaryFolder('upgrade')
  const npm = async (...args: string[]) => await run('npm', args, { env, cwd: folder })
  try {
    const file = join(folder, 'package.tgz')
    await writeFile(file, tarball, { mode: 0o600 })
    await writeFile(join(folder, 'package.json'), '{ "private": true }')
    await npm('install', '--ignore-scripts', '--no-audit', '--no-fund', file)
    await npm('audit', 'signatures').catch((cause: unknown) => {
      throw unverified('something that it needs has no signature that holds', cause)
    })
    await npm('install', '--global', '--offline', '--ignore-scripts', file)
  } catch (cause) {
    if (isGantryError(cause)) throw cause
    throw new GantryError('permission_denied', 'npm could not install the package: nothing was replaced.', { cause })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function registryOf(env: Context['io']['env']): Promise<string> {
  const set = env['npm_config_registry']
  if (set !== undefined && set !== '') return `${set.replace(/\/+$/u, '')}/`
  const { stdout } = await run('npm', ['config', 'get', 'registry']).catch((cause: unknown) => {
    throw new GantryError('unsupported', 'npm is not there, which says where packages come from.', { cause })
  })
  return `${stdout.trim().replace(/\/+$/u, '')}/`
}

async function fetchBytes(
  transport: ReturnType<typeof nodeTransport>,
  url: URL,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const call = toCall({ signal })
  const { status, body } = await transport.send({ method: 'GET', url: url.href, headers: {} }, call).catch((cause) => {
    if (isGantryError(cause)) throw cause
    throw new GantryError('unavailable', 'The package registry cannot be reached.', { cause })
  })
  if (status === 200) return await collect(body, longestPackage)
  await body.return?.()
  if (status === 404) throw new GantryError('not_found', 'The package registry has no such version.')
  throw new GantryError('unavailable', `The package registry answered ${status}.`)
}

function parse<Schema extends z.ZodType>(schema: Schema, bytes: Uint8Array): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(bytes)))
  } catch (cause) {
    throw new GantryError('integrity', 'The package cannot be verified: what the registry says of it is malformed.', {
      cause,
      retryable: false,
    })
  }
}
