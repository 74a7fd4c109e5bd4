import { GantryError } from '@gantry/core'
import { claimsOf, type IgtLogin } from '@gantry/igt'

import { igtSession } from './igt-session.ts'
import type { Environment } from './record.ts'

/** Tokens of a session that somebody else keeps, in igtcloud's own variables. */
export function environmentTokens(env: Environment): IgtLogin | undefined {
  const { CLOUD_JWT_TOKEN: jwt, CLOUD_CSRF_TOKEN: csrf } = env
  if (jwt === undefined || jwt === '' || csrf === undefined || csrf === '') return undefined
  const told = Number(claimsOf(jwt)['exp']) * 1000
  return { tokens: async () => ({ jwt, csrf, expires: Number.isFinite(told) ? told : Date.now() + 60_000 }) }
}

/** Those that `gantry igt login` keeps, if they are for this very origin. */
export async function keptTokens(env: Environment, origin: string): Promise<IgtLogin | undefined> {
  const read = async () => {
    const kept = await igtSession.read(env)
    return kept?.origin === origin && kept.expires > Date.now() ? kept : undefined
  }
  if ((await read()) === undefined) return undefined
  return {
    async tokens() {
      const kept = await read()
      if (kept !== undefined) return kept
      throw new GantryError('unauthenticated', 'The login has ended: run gantry igt login again.')
    },
  }
}
