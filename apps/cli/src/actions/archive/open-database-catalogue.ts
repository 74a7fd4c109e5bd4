import { Catalogue, catalogueMigrations } from '@gantry/catalogue'
import { openPostgres } from '@gantry/postgres'

/** The catalogue in a PostgreSQL, which many machines share. `existing`: it is not made. */
export async function openDatabaseCatalogue(url: string, existing: boolean): Promise<Catalogue> {
  return new Catalogue(await openPostgres({ url, migrations: catalogueMigrations, owner: 'the catalogue', existing }))
}
