import { resolve } from 'node:path'

import { isGantryError, Store } from '@gantry/core'
import type { HubKeyFile, HubScope } from '@gantry/core/hub'
import type { Account, AccountAlgorithm, Accounts } from '@gantry/hub'
import { openHub } from '@gantry/hub/node'
import { memory } from '@gantry/memory'

import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { formatBytes } from '../../render/amounts.ts'
import { toJsonLine } from '../../render/json.ts'
import { renderTable } from '../../render/table.ts'
import { printable } from '../../render/text.ts'
import { UsageError } from '../../usage-error.ts'
import { checkedScopes } from './checked-scopes.ts'
import { hubFolderOf, readHubSettings } from './hub-folder.ts'
import { writePrivateFile } from './private-file.ts'

export interface FolderFlag {
  readonly folder?: string
}

export interface CreateFlags extends FolderFlag {
  readonly scopes?: readonly string[]
  readonly prefix?: readonly string[]
  readonly quota?: number
  readonly alg?: AccountAlgorithm
  readonly out: string
}

export interface RotateFlags extends FolderFlag {
  /** Seconds that the old keys hold on. */
  readonly grace?: number
  readonly out: string
}

/** What whoever shares, opens and revokes needs. */
const usualScopes: readonly HubScope[] = ['sources:read', 'sources:write', 'shares:read', 'shares:write']

/** `gantry hub account create`. */
export async function createAccount(context: Context, name: string, flags: CreateFlags): Promise<ExitCode> {
  const { prefix, quota, alg } = flags
  const account = {
    scopes: checkedScopes(flags.scopes) ?? usualScopes,
    ...(prefix !== undefined && { prefixes: prefix.map((path) => path.replace(/\/+$/u, '')) }),
    ...(quota !== undefined && { quota }),
    ...(alg !== undefined && { alg }),
  }
  return await withAccounts(context, flags, async (accounts) => {
    const file = await keyTo(context, flags.out, async () => await accounts.create(name, account))
    return tell(context, { type: 'account', name, scopes: account.scopes, keyFile: file }, [
      `Made the account ${name}; its key is in ${printable(file)}, and nowhere else.`,
      `To use it: gantry login --key ${printable(file)}`,
    ])
  })
}

/** `gantry hub account rotate`. */
export async function rotateAccount(context: Context, name: string, flags: RotateFlags): Promise<ExitCode> {
  const grace = (flags.grace ?? 0) * 1000
  return await withAccounts(context, flags, async (accounts) => {
    const file = await keyTo(context, flags.out, async () => await accounts.rotate(name, { grace }))
    return tell(context, { type: 'account', name, keyFile: file }, [
      `The new key of ${name} is in ${printable(file)}, and nowhere else; the old ones ${grace > 0 ? 'end soon' : 'have ended'}.`,
    ])
  })
}

/** `gantry hub account revoke`. */
export async function revokeAccount(context: Context, name: string, flags: FolderFlag): Promise<ExitCode> {
  return await withAccounts(context, flags, async (accounts) => {
    await accounts.revoke(name)
    return tell(context, { type: 'account', name, revoked: true }, [`${name} is revoked, with all of its tokens.`])
  })
}

/** `gantry hub account list`. */
export async function listAccounts(context: Context, flags: FolderFlag): Promise<ExitCode> {
  const { io, options, style } = context
  return await withAccounts(context, flags, async (accounts) => {
    const all = await accounts.list()
    if (options.json) {
      for (const account of all) io.stdout.write(toJsonLine({ type: 'account', ...account }))
      io.stdout.write(toJsonLine({ type: 'result', accounts: all.length, exit: exitCodes.done }))
    } else if (all.length === 0) {
      if (!options.quiet) io.stderr.write('No accounts yet: gantry hub account create makes one.\n')
    } else {
      const head = ['NAME', 'STATE', 'KEYS', 'USED', 'SCOPES', 'BELOW']
      const columns = io.stdout.isTerminal ? io.stdout.columns - 1 : undefined
      io.stdout.write(`${renderTable(head, all.map(rowOf), style.stdout, columns)}\n`)
    }
    return exitCodes.done
  })
}

function rowOf(account: Account): string[] {
  const { name, revoked, keys, used, quota, scopes, prefixes = [] } = account
  const now = Date.now()
  const valid = keys.filter(({ ends }) => ends === undefined || ends > now).length
  const kept = quota === undefined ? formatBytes(used) : `${formatBytes(used)} of ${formatBytes(quota)}`
  const state = revoked === undefined ? 'valid' : 'revoked'
  return [name, state, String(valid), kept, scopes.join(' '), prefixes.map(printable).join(' ') || '-']
}

/** The accounts of a hub, whether or not it runs. */
async function withAccounts(
  context: Context,
  flags: FolderFlag,
  work: (accounts: Accounts) => Promise<ExitCode>,
): Promise<ExitCode> {
  const folder = hubFolderOf(context, flags.folder)
  const settings = await readHubSettings(folder)
  if (settings === undefined) {
    const advice =
      flags.folder === undefined
        ? 'Name the folder of one that is elsewhere with --folder; one is made here by its first start: gantry hub'
        : `One is made by its first start: gantry hub --folder ${printable(flags.folder)}`
    throw new UsageError(`There is no hub in ${folder}. ${advice}`)
  }
  // Accounts are in the database alone: where the hub keeps its objects is not asked.
  const hub = await openHub({ folder, keeper: new Store(memory()), issuer: settings.url })
  try {
    return await work(hub.accounts)
  } catch (error) {
    if (isGantryError(error) && error.code === 'invalid') throw new UsageError(error.message, { cause: error })
    throw error
  } finally {
    await hub.close()
  }
}

async function keyTo({ io }: Context, out: string, make: () => Promise<HubKeyFile>): Promise<string> {
  const path = resolve(io.cwd, out)
  await writePrivateFile(path, async () => `${JSON.stringify(await make(), undefined, 2)}\n`)
  return path
}

function tell({ io, options }: Context, json: object, lines: readonly string[]): ExitCode {
  if (options.json) io.stdout.write(toJsonLine(json))
  else if (!options.quiet) io.stdout.write(`${lines.join('\n')}\n`)
  return exitCodes.done
}
