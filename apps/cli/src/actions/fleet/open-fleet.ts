import type { Catalogue } from '@gantry/catalogue'
import { type Fleet, openLedger, queueServer } from '@gantry/fleet'

import type { Context } from '../../context.ts'
import type { FleetFlags } from '../../options/fleet-options.ts'
import { asUsage, UsageError } from '../../usage-error.ts'
import { openDatabaseCatalogue } from '../archive/open-database-catalogue.ts'

const ownRedis = 'redis://127.0.0.1:6379'

function databaseOf({ io }: Context, { database }: FleetFlags): string {
  const url = database ?? io.env['GANTRY_DATABASE']
  if (url !== undefined && url !== '') return url
  throw new UsageError(
    'A fleet needs a PostgreSQL: name it with --database, or in GANTRY_DATABASE, as postgres://user:password@host/database.',
  )
}

/** Opens ledger and queue, works with them, closes them. */
export async function withFleet<Result>(
  context: Context,
  flags: FleetFlags,
  work: (fleet: Fleet) => Promise<Result>,
): Promise<Result> {
  const { ledger, queue } = await openNamed(context, flags)
  try {
    return await work({ ledger, queue })
  } finally {
    await ledger.close()
  }
}

async function openNamed(context: Context, flags: FleetFlags): Promise<Fleet> {
  try {
    const queue = queueServer(flags.queue ?? (context.io.env['GANTRY_QUEUE'] || ownRedis))
    return { queue, ledger: await openLedger(databaseOf(context, flags)) }
  } catch (error) {
    throw asUsage(error)
  }
}

/** The catalogue that workers of a fleet share. */
export async function openFleetCatalogue(context: Context, flags: FleetFlags): Promise<Catalogue> {
  return await openDatabaseCatalogue(databaseOf(context, flags), false)
}
