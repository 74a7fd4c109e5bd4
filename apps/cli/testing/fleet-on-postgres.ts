import { postgresUnavailable, startPostgres } from '@gantry-tooling/servers'
import { afterAll, beforeAll, describe } from 'vitest'

const reason = await postgresUnavailable()

/** Tests of a fleet whose queue and ledger are one PostgreSQL server; `env` names both. */
export function describeFleetOnPostgres(
  name: string,
  tests: (env: () => { readonly GANTRY_QUEUE: string; readonly GANTRY_DATABASE: string }) => void,
): void {
  describe.skipIf(reason !== undefined)(`${name}${reason ? ` [${reason}]` : ''}`, { timeout: 180_000 }, () => {
    let server: Awaited<ReturnType<typeof startPostgres>>
    beforeAll(async () => {
      server = await startPostgres()
    }, 300_000)
    afterAll(async () => await server?.stop())
    tests(() => ({ GANTRY_QUEUE: server.url, GANTRY_DATABASE: server.url }))
  })
}
