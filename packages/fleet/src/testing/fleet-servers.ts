import {
  postgresUnavailable,
  redisUnavailable,
  type RunningPostgres,
  type RunningRedis,
  startPostgres,
  startRedis,
} from '@gantry-tooling/servers'

export interface FleetServers {
  readonly redis: RunningRedis
  readonly postgres: RunningPostgres
  readonly stop: () => Promise<void>
}

/** Why this machine has no servers for a fleet, for the names of tests that are skipped. */
export async function serversUnavailable(): Promise<string | undefined> {
  return (await redisUnavailable()) ?? (await postgresUnavailable())
}

export async function startFleetServers(): Promise<FleetServers> {
  const [redis, postgres] = await Promise.all([startRedis(), startPostgres()])
  return { redis, postgres, stop: async () => void (await Promise.all([redis.stop(), postgres.stop()])) }
}
