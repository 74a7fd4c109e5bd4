import { postgresUnavailable, redisUnavailable, startPostgres, startRedis } from '@gantry-tooling/servers'

export type FleetServers = Awaited<ReturnType<typeof startFleetServers>>

/** Why this machine has no servers for a fleet, for the names of tests that are skipped. */
export async function serversUnavailable(): Promise<string | undefined> {
  return (await redisUnavailable()) ?? (await postgresUnavailable())
}

export async function startFleetServers() {
  const [redis, postgres] = await Promise.all([startRedis(), startPostgres()])
  return { redis, postgres, stop: async () => void (await Promise.all([redis.stop(), postgres.stop()])) }
}
