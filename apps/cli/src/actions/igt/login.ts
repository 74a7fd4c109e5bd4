import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { IgtCloud, type IgtLogin, readServiceFile } from '@gantry/igt'

import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { igtSession } from '../../login/igt-session.ts'
import { toJsonLine } from '../../render/json.ts'
import { UsageError } from '../../usage-error.ts'
import { askPassword } from './ask-password.ts'
import { type CloudFlags, originOf } from './named.ts'
import { type Profile, readProfile } from './profile.ts'

export interface LoginFlags extends CloudFlags {
  readonly serviceFile?: string
}

/** How often it is looked whether the token is to be replaced (milliseconds). */
const longestPause = 20_000

/** `gantry igt login`: keeps a session until it is interrupted, and ends it then. */
export async function login(context: Context, flags: LoginFlags): Promise<ExitCode> {
  const { io, options, signal } = context
  const profile = await readProfile(context, flags.profile)
  const origin = originOf(undefined, flags.domain ?? (io.env['CLOUD_DOMAIN'] || undefined), profile)
  const cloud = new IgtCloud({ domain: origin, login: await loginOf(context, flags, profile) })
  try {
    let tokens = await cloud.tokens({ signal })
    await igtSession.write(io.env, { version: 1, origin, ...tokens })
    if (options.json) io.stdout.write(toJsonLine({ type: 'login', origin, sub: tokens.sub }))
    else if (!options.quiet) io.stdout.write(`Logged in to ${origin}; Ctrl-C logs out.\n`)
    while (!signal.aborted) {
      const left = Math.max(1000, (tokens.expires - Date.now()) / 4)
      await sleep(Math.min(longestPause, left), undefined, { signal }).catch(() => {})
      if (signal.aborted) break
      const fresh = await cloud.tokens({ signal })
      if (fresh.jwt !== tokens.jwt) await igtSession.write(io.env, { version: 1, origin, ...fresh })
      tokens = fresh
    }
    return exitCodes.done
  } finally {
    await igtSession.remove(io.env)
    await cloud.logout().catch(() => {})
    cloud.close()
  }
}

/** Flags go before the environment, and that before the profile. */
async function loginOf(context: Context, { user, serviceFile }: LoginFlags, profile: Profile): Promise<IgtLogin> {
  const { io } = context
  if (serviceFile !== undefined) return await readServiceFile(resolve(io.cwd, serviceFile), user)
  const named = user ?? (io.env['CLOUD_USERNAME'] || undefined)
  if (named === undefined && profile.serviceFile !== undefined) {
    return await readServiceFile(profile.serviceFile, profile.user)
  }
  const username = named ?? profile.user
  if (username === undefined || username === '') throw new UsageError('Who logs in? --user NAME or --service-file FILE')
  return { username, password: await askPassword(context, username) }
}
