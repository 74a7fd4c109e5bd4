import { GantryError } from '@gantry/core'
import { claimsOf } from '@gantry/igt'

import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { igtSession } from '../../login/igt-session.ts'
import { toJsonLine } from '../../render/json.ts'

/** `gantry igt get-token`: a token of the session that `gantry igt login` keeps, alone on stdout. */
export async function getToken({ io, options }: Context, type: 'jwt' | 'access' | 'csrf'): Promise<ExitCode> {
  const kept = await igtSession.read(io.env)
  if (kept === undefined || kept.expires <= Date.now()) {
    throw new GantryError('unauthenticated', "IGT Cloud auth file doesn't exist. Please login using gantry igt login")
  }
  const access = claimsOf(kept.jwt)['access_token']
  const token = type === 'access' ? access : kept[type]
  if (typeof token !== 'string') throw new GantryError('not_found', 'The session has no such token.')
  io.stdout.write(options.json ? toJsonLine({ type: 'token', token }) : `${token}\n`)
  return exitCodes.done
}
