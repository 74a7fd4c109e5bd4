import { GantryError } from '@gantry/core'
import { IgtCloud, type IgtLogin, readServiceFile } from '@gantry/igt'

import type { Context } from '../../context.ts'
import { environmentTokens, keptTokens } from '../../login/igt-login.ts'
import { askPassword } from './ask-password.ts'
import type { CloudFlags, Named } from './named.ts'

/** A cloud that somebody is logged in to, and who that is where they did so just now. */
export interface OpenedCloud {
  readonly cloud: IgtCloud
  readonly login: { readonly username: string; readonly password: string } | undefined
}

/**
 * Tokens of the environment win, then the service of the profile, then the session of `gantry igt login` if it is for this
 * very origin, then a password.
 */
export async function openCloud(
  context: Context,
  { origin, profile }: Pick<Named, 'origin' | 'profile'>,
  flags: CloudFlags,
): Promise<OpenedCloud> {
  const { env } = context.io
  const given = environmentTokens(env)
  const named = flags.user ?? (env['CLOUD_USERNAME'] || undefined)
  const { serviceFile, user } = profile
  const service = given === undefined && named === undefined && serviceFile !== undefined
  const login: IgtLogin | undefined =
    given ?? (service ? await readServiceFile(serviceFile, user) : await keptTokens(env, origin))
  if (login !== undefined) {
    const cloud = new IgtCloud({ domain: origin, login })
    await cloud.introspect()
    return { cloud, login: undefined }
  }
  const username = named ?? user
  if (username === undefined || username === '') {
    throw new GantryError(
      'unauthenticated',
      `Nobody is logged in to ${origin}: run gantry igt login, or say who with --user.`,
    )
  }
  const typed = { username, password: await askPassword(context, username) }
  const cloud = new IgtCloud({ domain: origin, login: typed })
  await cloud.tokens({ signal: context.signal })
  return { cloud, login: typed }
}
