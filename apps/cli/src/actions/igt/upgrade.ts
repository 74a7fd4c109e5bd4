import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { GantryError } from '@gantry/core'
import { z } from 'zod'

import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { toJsonLine } from '../../render/json.ts'
import { versionOf } from '../../version.ts'
import { checkIntegrity, checkSignature, keysSchema } from './verify-package.ts'

const name = '@gantry/cli'
const longestPackage = 256 * 1024 * 1024
const run = promisify(execFile)

const manifestSchema = z.looseObject({
  version: z.string().regex(/^\d+\.\d+\.\d+(?:-[\w.]+)?$/u),
  dist: z.looseObject({
    tarball: z.url(),
    integrity: z.string(),
    signatures: z.array(z.looseObject({ keyid: z.string(), sig: z.string() })).optional(),
  }),
})

/**
 * `gantry igt upgrade`: asks the package registry that npm is set to, verifies the package's digest and the registry's
 * signature of it, and only then hands the very bytes that were verified to npm.
 */
export async function upgrade(context: Context, wanted = 'latest'): Promise<ExitCode> {
  const { io, options, signal } = context
  const registry = await registryOf(io.env)
  const ask = async (path: string) => await fetchBytes(new URL(path, registry), signal)
  const manifest = parse(manifestSchema, await ask(`${name.replace('/', '%2f')}/${encodeURIComponent(wanted)}`))
  const { version, dist } = manifest
  const say = (text: string, done: boolean) => {
    if (options.json) io.stdout.write(toJsonLine({ type: 'result', version, upgraded: done }))
    else if (!options.quiet) io.stdout.write(`${text}\n`)
  }
  if (version === versionOf()) {
    say(`gantry ${version} is what you have.`, false)
    return exitCodes.done
  }
  checkSignature({ name, version, ...dist }, parse(keysSchema, await ask('-/npm/v1/keys')).keys)
  const tarball = await fetchBytes(new URL(dist.tarball), signal)
  checkIntegrity(tarball, dist.integrity)
  await install(tarball, io.env)
  say(`gantry ${version} is installed.`, true)
  return exitCodes.done
}

/** The bytes that were verified, and no others: npm is not asked to fetch the package again. */
async function install(tarball: Uint8Array, env: Context['io']['env']): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-upgrade-'))
  try {
    const file = join(folder, 'package.tgz')
    await writeFile(file, tarball, { mode: 0o600 })
    await run('npm', ['install', '--global', '--ignore-scripts', file], { env: { ...process.env, ...env } })
  } catch (cause) {
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

async function fetchBytes(url: URL, signal: AbortSignal): Promise<Uint8Array> {
  const answer = await fetch(url, { signal }).catch((cause: unknown) => {
    throw new GantryError('unavailable', 'The package registry cannot be reached.', { cause })
  })
  if (answer.status === 404) throw new GantryError('not_found', 'The package registry has no such version.')
  if (!answer.ok) throw new GantryError('unavailable', `The package registry answered ${answer.status}.`)
  const bytes = new Uint8Array(await answer.arrayBuffer())
  if (bytes.length > longestPackage) throw new GantryError('invalid', 'The package is too large to be one.')
  return bytes
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
