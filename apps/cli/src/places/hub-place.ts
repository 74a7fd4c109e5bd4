import { GantryError } from '@gantry/core'
import type { HubKeyFile } from '@gantry/core/hub'

import { hubLogin } from '../login/login.ts'
import { UsageError } from '../usage-error.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** A hub that is shared through, and who asks it. */
export interface HubPlace {
  /** `https://hub.example.org`, or below a path of it. */
  readonly hub: string
  /** Below which objects go; empty: the account's own. */
  readonly prefix: string
  readonly key: HubKeyFile
}

const credentials = ['key', 'keyFile', 'token', 'tokens'] as const

export function isHubUrl(url: string): boolean {
  return /^hub(?:\+http)?:/u.test(url)
}

/** Options for a place on a hub: the key of who is logged in to it, unless another way in is given; `unauthenticated` without. */
export async function withLogin(
  url: string,
  options: Readonly<Record<string, unknown>>,
  env: Environment,
): Promise<Readonly<Record<string, unknown>>> {
  if (!isHubUrl(url) || credentials.some((name) => options[name] !== undefined)) return options
  const login = await hubLogin.read(env)
  if (login === undefined || !isBelow(httpUrlOf(url), login.hub)) {
    throw notLoggedIn('this', '. Or --option keyFile=FILE (--from-option, --to-option) for this once.')
  }
  return { ...options, keyFile: login.keyFile }
}

/** The hub of a URL such as `hub://hub.example.org/prefix`, and the key that its options name. */
export async function hubPlaceOf(url: string, options: Readonly<Record<string, unknown>>): Promise<HubPlace> {
  const { key: given, keyFile } = options
  if (given === undefined && typeof keyFile !== 'string') throw notLoggedIn()
  const { readKeyFile } = await import('@gantry/hub-store/node')
  const key = typeof keyFile === 'string' ? await readKeyFile(keyFile) : await checkedKey(given)
  const http = httpUrlOf(url)
  const hub = withoutSlash(key.hub)
  if (!isBelow(http, hub)) throw new UsageError('The key is one of another hub: take the key that this hub handed out.')
  return { hub, prefix: http.slice(hub.length).replaceAll(/^\/+|\/+$/gu, ''), key }
}

/** The hub that `gantry login` was told; `unauthenticated` without one, and what else is to be said of that. */
export async function loggedInHub(env: Environment, otherwise = ''): Promise<HubPlace> {
  const login = await hubLogin.read(env)
  if (login === undefined) throw notLoggedIn('any', otherwise)
  const { readKeyFile } = await import('@gantry/hub-store/node')
  const key = await readKeyFile(login.keyFile)
  if (withoutSlash(key.hub) !== login.hub) {
    throw new GantryError('unauthenticated', 'The key file is one of another hub now: log in again with gantry login.')
  }
  return { hub: login.hub, prefix: '', key }
}

export function withoutSlash(url: string): string {
  return (URL.parse(url)?.href ?? url).replace(/\/+$/u, '')
}

async function checkedKey(key: unknown): Promise<HubKeyFile> {
  const { hubKeyFileSchema } = await import('@gantry/core/hub')
  const parsed = hubKeyFileSchema.safeParse(key)
  if (parsed.success) return parsed.data
  throw new UsageError('The key that the configuration names is not one that a hub hands out.')
}

function httpUrlOf(url: string): string {
  return url.replace(/^hub\+http:/u, 'http:').replace(/^hub:/u, 'https:')
}

function isBelow(url: string, hub: string): boolean {
  return url === hub || url.startsWith(`${hub}/`)
}

function notLoggedIn(which = 'this', more = ''): GantryError {
  const message = `You are not logged in to ${which} hub: gantry login --hub URL --key FILE${more}`
  return new GantryError('unauthenticated', message)
}
