import { readFile } from 'node:fs/promises'
import { basename, extname, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { GantryError } from '@gantry/core'
import { IgtCloud, type IgtLogin } from '@gantry/igt'

import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { toJsonLine } from '../../render/json.ts'
import { UsageError } from '../../usage-error.ts'
import { askPassword } from './ask-password.ts'
import { originOf } from './open-cloud.ts'
import { sessionFile } from './session-file.ts'

export interface LoginFlags {
  readonly domain?: string
  readonly user?: string
  readonly serviceFile?: string
}

/** How often it is looked whether the token is to be replaced (milliseconds). */
const longestPause = 20_000

/** `gantry igt login`: keeps a session until it is interrupted, and ends it then. */
export async function login(context: Context, flags: LoginFlags): Promise<ExitCode> {
  const { io, options, signal } = context
  const origin = originOf('PROD', flags.domain ?? io.env['CLOUD_DOMAIN'])
  const cloud = new IgtCloud({ domain: origin, login: await loginOf(context, flags) })
  try {
    let tokens = await cloud.tokens({ signal })
    await sessionFile.write(io.env, { version: 1, origin, ...tokens })
    if (options.json) io.stdout.write(toJsonLine({ type: 'login', origin, sub: tokens.sub }))
    else if (!options.quiet) io.stdout.write(`Logged in to ${origin}; Ctrl-C logs out.\n`)
    while (!signal.aborted) {
      const left = Math.max(1000, (tokens.expires - Date.now()) / 4)
      await sleep(Math.min(longestPause, left), undefined, { signal }).catch(() => {})
      if (signal.aborted) break
      const fresh = await cloud.tokens({ signal })
      if (fresh.jwt !== tokens.jwt) await sessionFile.write(io.env, { version: 1, origin, ...fresh })
      tokens = fresh
    }
    return exitCodes.done
  } finally {
    await sessionFile.remove(io.env)
    await cloud.logout().catch(() => {})
    cloud.close()
  }
}

async function loginOf(context: Context, { user, serviceFile }: LoginFlags): Promise<IgtLogin> {
  const { io } = context
  if (serviceFile !== undefined) {
    const path = resolve(io.cwd, serviceFile)
    const privateKey = await readFile(path, 'utf8').catch((cause: unknown) => {
      throw new GantryError('not_found', 'The key of the service cannot be read.', { path, cause })
    })
    return { serviceId: user ?? basename(path, extname(path)), privateKey }
  }
  const username = user ?? io.env['CLOUD_USERNAME']
  if (username === undefined || username === '') throw new UsageError('Who logs in? --user NAME or --service-file FILE')
  return { username, password: await askPassword(context, username) }
}
