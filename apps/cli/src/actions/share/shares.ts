import { type ShareEvent, type ShareSummary } from '@gantry/share'

import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { formatTime } from '../../render/amounts.ts'
import { toJsonLine } from '../../render/json.ts'
import { renderTable } from '../../render/table.ts'
import { printable } from '../../render/text.ts'
import { UsageError } from '../../usage-error.ts'
import { parsedSecret, readSecret } from './read-secret.ts'
import { valueOf } from './share.ts'
import { openSharing, type Sharing } from './sharing.ts'

export interface SharesFlags {
  /** A hub or another place; default: the hub that one is logged in to. */
  readonly from?: string
  readonly audit?: string
}

/** `gantry shares`. */
export async function listShares(context: Context, flags: SharesFlags): Promise<ExitCode> {
  const { io, options, signal } = context
  const id = flags.audit === undefined ? undefined : checkedId(flags.audit)
  return await withSharing(context, flags.from, async ({ gantry }) => {
    if (id !== undefined) return showAudit(context, valueOf(await gantry.shares.audit(id, { signal })))
    const shares = valueOf(await gantry.shares.list({ signal }))
    if (options.json) for (const share of shares) io.stdout.write(toJsonLine(shareJson(share)))
    else if (shares.length === 0) {
      if (!options.quiet) io.stderr.write('No shares yet: gantry share makes one.\n')
    } else {
      const owned = shares.some(({ owner }) => owner !== undefined)
      const head = ['ID', 'CREATED', 'EXPIRES', 'OPENS', 'PASSPHRASE', 'STATE', ...(owned ? ['OWNER'] : [])]
      const rows = shares.map((one) => [...rowOf(one), ...(owned ? [printable(one.owner ?? '-')] : [])])
      table(context, head, rows)
    }
    return exitCodes.done
  })
}

/** `gantry revoke`. */
export async function revokeShare(context: Context, argument: string, flags: SharesFlags): Promise<ExitCode> {
  const { io, options, signal } = context
  const text = await readSecret(context, argument)
  const link = text.includes('#') ? parsedSecret(text) : undefined
  const id = link?.id ?? checkedId(text)
  return await withSharing(context, flags.from, async ({ gantry, hub }) => {
    if (link !== undefined && link.hub !== hub) {
      throw new UsageError(
        link.hub === undefined
          ? 'This share is kept without a hub: say where, with --from PLACE'
          : 'This share is on another hub than the one that is asked.',
      )
    }
    valueOf(await gantry.shares.revoke(id, { signal }))
    // Which other shares name an object, a store without a hub cannot tell: what they hold is encrypted.
    const left = hub === undefined
    if (options.json) io.stdout.write(toJsonLine({ type: 'revoked', id, objectsLeft: left }))
    else if (!options.quiet) {
      io.stdout.write('Revoked: nobody can open it any more; what was opened before stays.\n')
      if (left) io.stdout.write(`${objectsLeft}\n`)
    }
    return exitCodes.done
  })
}

const objectsLeft =
  'Its encrypted images stay at the place, because other shares may name them; where none is left, remove the folder "objects".'

async function withSharing(
  context: Context,
  place: string | undefined,
  work: (sharing: Sharing) => Promise<ExitCode>,
): Promise<ExitCode> {
  const sharing = await openSharing(context, { place, option: '--from' })
  try {
    return await work(sharing)
  } finally {
    await sharing.close()
  }
}

function showAudit(context: Context, events: readonly ShareEvent[]): ExitCode {
  const { io, options } = context
  if (options.json) {
    for (const { at, ...event } of events) {
      io.stdout.write(toJsonLine({ type: 'audit', at: new Date(at).toISOString(), ...event }))
    }
  } else {
    const rows = events.map(({ at, event, by, reason }) => [
      formatTime(at),
      event,
      printable(by ?? '-'),
      printable(reason ?? ''),
    ])
    table(context, ['WHEN', 'WHAT', 'BY', 'WHY'], rows)
  }
  return exitCodes.done
}

function table({ io, style }: Context, head: readonly string[], rows: readonly (readonly string[])[]): void {
  io.stdout.write(
    `${renderTable(head, rows, style.stdout, io.stdout.isTerminal ? io.stdout.columns - 1 : undefined)}\n`,
  )
}

function rowOf(share: ShareSummary): string[] {
  const { id, created, expires, maxOpens, opens, passphrase } = share
  const counted = opens === undefined ? '-' : maxOpens === undefined ? String(opens) : `${opens} of ${maxOpens}`
  return [id, formatTime(created), formatTime(expires), counted, passphrase ? 'yes' : 'no', stateOf(share)]
}

function stateOf({ revoked, expires, opens = 0, maxOpens }: ShareSummary): string {
  if (revoked !== undefined) return 'revoked'
  if (expires !== undefined && expires <= Date.now()) return 'expired'
  return maxOpens !== undefined && opens >= maxOpens ? 'used up' : 'open'
}

function shareJson(share: ShareSummary): object {
  const { id, owner, created, expires, revoked, opens, maxOpens, passphrase } = share
  return {
    type: 'share',
    id,
    ...(owner !== undefined && { owner }),
    state: stateOf(share),
    created: new Date(created).toISOString(),
    ...(expires !== undefined && { expires: new Date(expires).toISOString() }),
    ...(revoked !== undefined && { revoked: new Date(revoked).toISOString() }),
    ...(opens !== undefined && { opens }),
    ...(maxOpens !== undefined && { maxOpens }),
    passphrase,
  }
}

/** Part of a secret is pasted easily: it is not repeated. */
function checkedId(text: string): string {
  if (/^[A-Za-z0-9_-]{22}$/u.test(text)) return text
  throw new UsageError('This is no id of a share: gantry shares lists them.')
}
