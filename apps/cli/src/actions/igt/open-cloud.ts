import { GantryError } from '@gantry/core'
import { claimsOf, IgtCloud, type IgtLogin, igtOrigin } from '@gantry/igt'

import type { Context } from '../../context.ts'
import { UsageError } from '../../usage-error.ts'
import { askPassword } from './ask-password.ts'
import { sessionFile } from './session-file.ts'

const domains: Readonly<Record<string, string>> = {
  PROD: 'igt-web.eu1.phsdp.com',
  TEST: 'igt-web-test.eu1.phsdp.com',
}

export interface CloudFlags {
  readonly domain?: string
  readonly user?: string
}

/** A cloud that somebody is logged in to, and who that is where they did so just now. */
export interface OpenedCloud {
  readonly cloud: IgtCloud
  readonly login: { readonly username: string; readonly password: string } | undefined
}

export function originOf(environment: string, domain: string | undefined): string {
  try {
    return igtOrigin(domain ?? domains[environment] ?? '')
  } catch (error) {
    throw error instanceof GantryError ? new UsageError(error.message) : error
  }
}

/** Tokens of the environment win, then those of `gantry igt login` if they are for this very origin, then a password. */
export async function openCloud(context: Context, environment: string, flags: CloudFlags): Promise<OpenedCloud> {
  const origin = originOf(environment, flags.domain)
  const given = await givenTokens(context, origin)
  if (given !== undefined) {
    const cloud = new IgtCloud({ domain: origin, login: given })
    await cloud.introspect()
    return { cloud, login: undefined }
  }
  const username = flags.user ?? context.io.env['CLOUD_USERNAME']
  if (username === undefined || username === '') {
    throw new GantryError(
      'unauthenticated',
      `Nobody is logged in to ${origin}: run gantry igt login, or say who with --user.`,
    )
  }
  const login = { username, password: await askPassword(context, username) }
  const cloud = new IgtCloud({ domain: origin, login })
  await cloud.tokens({ signal: context.signal })
  return { cloud, login }
}

async function givenTokens({ io }: Context, origin: string): Promise<IgtLogin | undefined> {
  const { CLOUD_JWT_TOKEN: jwt, CLOUD_CSRF_TOKEN: csrf } = io.env
  if (jwt !== undefined && jwt !== '' && csrf !== undefined && csrf !== '') {
    const told = Number(claimsOf(jwt)['exp']) * 1000
    return { tokens: async () => ({ jwt, csrf, expires: Number.isFinite(told) ? told : Date.now() + 60_000 }) }
  }
  const read = async () => {
    const kept = await sessionFile.read(io.env)
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
