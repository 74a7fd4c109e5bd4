import { postgresUnavailable, startPostgres } from '@gantry-tooling/servers'
import { openPostgres } from '@gantry/postgres'
import type { SqlDatabase } from '@gantry/sqlite'
import { expect, onTestFinished, test } from 'vitest'

import { Catalogue } from '../catalogue.ts'
import { all, receiptOf } from '../testing/temporary-catalogue.ts'
import { catalogueMigrations } from './schema.ts'

/** How many there were that changed anything. */
async function transactions(database: SqlDatabase): Promise<number> {
  const [row] = await database.all<{ id: number }>('SELECT CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT) AS id')
  return row?.id ?? 0
}

const reason = await postgresUnavailable()

test.skipIf(reason !== undefined)(
  `a catalogue in PostgreSQL answers as one in a file does${reason ? ` [${reason}]` : ''}`,
  { timeout: 300_000 },
  async () => {
    const server = await startPostgres()
    onTestFinished(async () => await server.stop())
    const database = await openPostgres({ url: server.url, migrations: catalogueMigrations, owner: 'the catalogue' })
    const catalogue = new Catalogue(database)
    onTestFinished(async () => await catalogue.close())
    const place = { location: 's3://archive', session: { name: 'monday' } }
    const receipts = [receiptOf(1), receiptOf(2), receiptOf(150, { modified: 1.5, told: { md5: 'ab' } })]

    await catalogue.record(place, receipts)
    await catalogue.record(place, receipts)
    expect(await all(catalogue.receipts(await catalogue.find('monday')))).toMatchObject(receipts)
    expect(await all(catalogue.allReceipts({ location: 's3://archive' }))).toHaveLength(3)
    expect(await catalogue.sessions()).toMatchObject([{ name: 'monday', entries: 3, bytes: 3153 }])
    expect(await catalogue.studies({ modality: 'CT' })).toMatchObject([
      { uid: '1.2.3', modalities: ['CT'], series: 2, instances: 3, bytes: 3153, patientId: 'P1' },
    ])

    // Other bytes at the same place, and the same bytes at another.
    await catalogue.record(place, [{ ...receiptOf(1), sha256: 'ab'.repeat(32), at: 1_800_000_000_000 }])
    await catalogue.record(place, [{ ...receiptOf(2), path: 'copy.dcm' }, receiptOf(3)])
    expect(await catalogue.at('s3://archive', receiptOf(1).path)).toMatchObject({ sha256: 'ab'.repeat(32) })
    expect(await catalogue.whereIs(receiptOf(1).sha256)).toEqual([])
    expect(await catalogue.whereIs(receiptOf(2).sha256)).toHaveLength(2)
    expect(await all(catalogue.receipts(await catalogue.find('1.2.3.0')))).toHaveLength(5)
    // What is asked for at the same time goes together; one that cannot be recorded takes nobody with it.
    const before = await transactions(database)
    const asked = Array.from({ length: 40 }, (_, index) => catalogue.record(place, [receiptOf(1000 + index)]))
    const broken = catalogue.record(place, [{ ...receiptOf(2000), bytes: Number.NaN }])
    const refused = catalogue.record(place, [receiptOf(2001)], async (sql) => void (await sql.run('SELECT 1 / 0')))
    await expect(broken).rejects.toMatchObject({ code: 'internal' })
    await expect(refused).rejects.toMatchObject({ code: 'internal' })
    await Promise.all(asked)
    expect(await all(catalogue.receipts(await catalogue.find('monday')))).toHaveLength(46)
    expect(await catalogue.whereIs(receiptOf(2001).sha256)).toEqual([])
    await Promise.all(Array.from({ length: 40 }, (_, index) => catalogue.record(place, [receiptOf(3000 + index)])))
    expect((await transactions(database)) - before).toBeLessThan(70)
    expect(await all(catalogue.receipts(await catalogue.find('monday')))).toHaveLength(86)
    await expect(catalogue.find('a'.repeat(59))).rejects.toMatchObject({ code: 'not_found' })
    await catalogue.note({ kind: 'archived', who: 'ada', session: { name: 'monday' }, entries: 3, bytes: 6 })
    expect(await catalogue.events({ session: await catalogue.find('monday') })).toMatchObject([{ who: 'ada' }])
  },
)
