import { resolve } from 'node:path'

import { isGantryError } from '@gantry/core'
import { fetchHubToken, readKeyFile } from '@gantry/hub-store/node'

import type { Context } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { hubLogin } from '../login/login.ts'
import { loggedInHub, withoutSlash } from '../places/hub-place.ts'
import { formatTime } from '../render/amounts.ts'
import { toJsonLine } from '../render/json.ts'
import { printable } from '../render/text.ts'
import { UsageError } from '../usage-error.ts'
import { checkedScopes } from './hub/checked-scopes.ts'

export interface LoginFlags {
  readonly hub?: string
  readonly key: string
}

/** `gantry login`: proves the key by getting a token, and remembers where it lies. */
export async function login(context: Context, flags: LoginFlags): Promise<ExitCode> {
  const { io, options, signal } = context
  const keyFile = resolve(io.cwd, flags.key)
  const key = await readKeyFile(keyFile).catch((error: unknown) => {
    if (!isGantryError(error) || error.code !== 'not_found') throw error
    throw new UsageError(`There is no key file ${printable(keyFile)}.`, { cause: error })
  })
  const hub = withoutSlash(key.hub)
  if (flags.hub !== undefined && withoutSlash(flags.hub) !== hub) {
    throw new UsageError(`The key is one of another hub, ${hub}: take the one that this hub handed out.`)
  }
  await fetchHubToken({ key })({ signal })
  await hubLogin.write(io.env, { version: 1, hub, keyFile })
  const { account } = key
  if (options.json) io.stdout.write(toJsonLine({ type: 'login', hub, account, keyFile }))
  else if (!options.quiet) io.stdout.write(`Logged in to ${hub} as ${account}\n`)
  return exitCodes.done
}

/** `gantry logout`: forgets the hub; the key file stays where it is. */
export async function logout({ io, options }: Context): Promise<ExitCode> {
  await hubLogin.remove(io.env)
  if (options.json) io.stdout.write(toJsonLine({ type: 'logout' }))
  else if (!options.quiet) io.stdout.write('Logged out; the key file stays where it is.\n')
  return exitCodes.done
}

/** `gantry get-token`: an access token for other programs, alone on stdout. */
export async function getToken(context: Context, flags: { readonly scopes?: readonly string[] }): Promise<ExitCode> {
  const { io, options, signal } = context
  const { key } = await loggedInHub(io.env)
  const { token, expires } = await fetchHubToken({ key, scopes: checkedScopes(flags.scopes) })({ signal })
  if (options.json) {
    io.stdout.write(toJsonLine({ type: 'token', token, expires: new Date(expires).toISOString() }))
    return exitCodes.done
  }
  io.stdout.write(`${token}\n`)
  if (!options.quiet) io.stderr.write(`expires ${formatTime(expires)}\n`)
  return exitCodes.done
}
