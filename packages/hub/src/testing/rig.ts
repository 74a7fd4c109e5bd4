import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Store } from '@gantry/core'
import type { HubKeyFile, HubScope } from '@gantry/core/hub'
import { memory, MemoryContents } from '@gantry/memory'
import { importJWK, type JWK, SignJWT } from 'jose'
import { onTestFinished } from 'vitest'

import type { NewAccount } from '../accounts/accounts.ts'
import type { Connection } from '../http/exchange.ts'
import { type FileHub, openHub, type OpenHubOptions } from '../node/open-hub.ts'

export const issuer = 'https://hub.example.org'
const start = Date.UTC(2026, 0, 1)
export const everything: readonly HubScope[] = ['sources:read', 'sources:write', 'shares:read', 'shares:write']

export interface Rig {
  readonly hub: FileHub
  readonly folder: string
  /** What the keeper holds. */
  readonly contents: MemoryContents
  now: number
  readonly errors: unknown[]
  send(method: string, path: string, options?: SendOptions): Promise<Response>
  /** A token of a new account. */
  token(name: string, account?: Partial<NewAccount>): Promise<string>
}

export interface SendOptions {
  readonly token?: string | undefined
  readonly body?: string | Uint8Array
  readonly json?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly connection?: Connection
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-hub-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A hub over memory, with a clock that stands still. */
export async function openRig(options: Partial<OpenHubOptions> = {}): Promise<Rig> {
  const folder = temporaryFolder()
  const contents = new MemoryContents()
  const keeper = new Store(memory({ contents }))
  const errors: unknown[] = []
  const onError = (error: unknown) => void errors.push(error)
  const hub = await openHub({ folder, keeper, issuer, onError, clock: () => rig.now, ...options })
  onTestFinished(async () => await hub.close())
  const rig: Rig = {
    hub,
    folder,
    contents,
    now: start,
    errors,
    send: async (method, path, more = {}) => await hub.fetch(requestOf(method, path, more), more.connection),
    async token(name, account = {}) {
      const key = await hub.accounts.create(name, { scopes: everything, ...account })
      const { access_token: token } = (await (await requestToken(rig, await sign(rig, key))).json()) as Granted
      return token
    },
  }
  return rig
}

export interface Granted {
  readonly access_token: string
  readonly expires_in: number
  readonly scope: string
}

function requestOf(method: string, path: string, { token, body, json, headers }: SendOptions): Request {
  const sent = json === undefined ? body : JSON.stringify(json)
  return new Request(issuer + path, {
    method,
    headers: { ...(token !== undefined && { Authorization: `Bearer ${token}` }), ...headers },
    ...(sent !== undefined && { body: sent as string | Uint8Array<ArrayBuffer> }),
  })
}

let count = 0

/** An assertion as a client signs it; claims and header may be spoilt. */
export async function sign(
  { now }: { readonly now: number },
  file: HubKeyFile,
  claims: Readonly<Record<string, unknown>> = {},
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const { account, key } = file
  const seconds = Math.floor(now / 1000)
  count += 1
  const all = {
    iss: account,
    sub: account,
    aud: file.hub,
    iat: seconds,
    exp: seconds + 300,
    jti: `j${count}`,
    ...claims,
  }
  return await new SignJWT(Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)))
    .setProtectedHeader({ alg: key.alg, kid: key.kid, ...header })
    .sign(await importJWK(key as JWK, key.alg))
}

export async function requestToken(
  rig: Pick<Rig, 'send'>,
  assertion: string,
  more: Readonly<Record<string, string>> = {},
  connection: Connection = {},
): Promise<Response> {
  const form = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion, ...more }
  return await rig.send('POST', '/token', {
    body: new URLSearchParams(form).toString(),
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    connection,
  })
}

/** An id of a share, as clients choose them. */
export function shareId(seed: number): string {
  return `share${seed}`.padEnd(22, 'x')
}

/** Status, and what a refusal says: for programs only. */
export async function refusalOf(response: Response): Promise<unknown> {
  const { error } = (await response.json()) as { error: { code: number; status: string; details?: unknown } }
  return { http: response.status, code: error.code, status: error.status, details: error.details }
}
