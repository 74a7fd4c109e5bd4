import { join } from 'node:path'

import { postgresUnavailable, startPostgres } from '@gantry-tooling/servers'
import { openPostgres } from '@gantry/postgres'
import type { SqlDatabase } from '@gantry/sqlite'
import { openSqlite } from '@gantry/sqlite/node'
import { expect, onTestFinished, test } from 'vitest'

import { Catalogue } from '../catalogue.ts'
import { checkCatalogue } from '../lines/check-catalogue.ts'
import { manifestsAt, rememberManifest, replaceManifests } from '../manifests/manifest-rows.ts'
import { all, receiptOf, temporaryFolder } from '../testing/temporary-catalogue.ts'
import { catalogueMigrations } from './schema.ts'

const location = 's3://archive'
const owner = 'the catalogue'

/** Filled by the first version, and opened by this one. */
async function olderBecomesNewer(open: (migrations: readonly string[]) => Promise<SqlDatabase>): Promise<Catalogue> {
  const older = new Catalogue(await open(catalogueMigrations.slice(0, 1)))
  await older.record({ location, session: { name: 'monday' } }, [receiptOf(1), receiptOf(2)])
  await older.close()
  const catalogue = new Catalogue(await open(catalogueMigrations), { clock: () => 42 })
  onTestFinished(async () => await catalogue.close())
  expect(await all(catalogue.receipts(await catalogue.find('monday')))).toMatchObject([receiptOf(1), receiptOf(2)])

  const monday = { location, session: { name: 'monday' } }
  const told = { bytes: 3, sha256: new Uint8Array(32).fill(7) }
  expect(await manifestsAt(catalogue, location)).toEqual(new Map())
  await rememberManifest(catalogue, { ...monday, path: 'a' }, told)
  await rememberManifest(catalogue, { ...monday, path: 'b' })
  // What is known stays known, until it is said that it is not.
  await rememberManifest(catalogue, { ...monday, path: 'a' })
  const session = { owner: '', name: 'monday' }
  const known = { path: 'a', session, told: { bytes: 3, sha256: '07'.repeat(32) }, replaced: false }
  const unknown = { path: 'b', session, told: undefined, replaced: false }
  expect([...(await manifestsAt(catalogue, location)).values()]).toEqual([known, unknown])
  await replaceManifests(catalogue, monday, new Set(['b']))
  expect((await manifestsAt(catalogue, location)).get('a')).toEqual({ ...known, replaced: true })
  await rememberManifest(catalogue, { ...monday, path: 'a' }, null)
  expect((await manifestsAt(catalogue, location)).get('a')).toEqual({ ...unknown, path: 'a' })
  return catalogue
}

test('a file of the first version is gone on with, and remembers manifests', async () => {
  const file = join(temporaryFolder(), 'catalogue.db')
  const catalogue = await olderBecomesNewer(async (migrations) => openSqlite({ file, migrations, owner }))
  expect(await checkCatalogue(catalogue)).toEqual([])
})

const reason = await postgresUnavailable()

test.skipIf(reason !== undefined)(
  `a PostgreSQL of the first version is gone on with, and remembers manifests${reason ? ` [${reason}]` : ''}`,
  { timeout: 300_000 },
  async () => {
    const server = await startPostgres()
    onTestFinished(async () => await server.stop())
    const { url } = server
    const catalogue = await olderBecomesNewer(async (migrations) => await openPostgres({ url, migrations, owner }))
    expect(await catalogue.locations()).toEqual([location])
  },
)
