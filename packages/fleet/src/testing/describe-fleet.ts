import { afterAll, beforeAll, describe } from 'vitest'

import { fleetRig } from './fleet-rig.ts'
import { type FleetServers, serversUnavailable, startFleetServers } from './fleet-servers.ts'

export interface DescribedFleet {
  /** What the queue is in. */
  readonly kind: 'redis' | 'postgres'
  readonly rig: () => ReturnType<typeof fleetRig>
  /** They run while tests do. */
  readonly servers: () => FleetServers
}

/** How long is waited for a fleet to get somewhere. */
export const patience = { timeout: 60_000, interval: 100 }

const reason = await serversUnavailable()

/** The same tests for each kind of queue, which stands in the title as `%s`; skipped by name where a machine has no servers. */
export function describeFleet(title: string, tests: (fleet: DescribedFleet) => void): void {
  describe.skipIf(reason !== undefined).each(['redis', 'postgres'] as const)(
    `${title}${reason ? ` [${reason}]` : ''}`,
    { timeout: 120_000 },
    (kind) => {
      let servers: FleetServers | undefined
      beforeAll(async () => {
        servers = await startFleetServers()
      }, 300_000)
      afterAll(async () => await servers?.stop())
      const started = () => {
        if (servers === undefined) throw new Error('The servers are not started yet.')
        return servers
      }
      const rig = async () => await fleetRig({ queue: started()[kind].url, database: started().postgres.url })
      tests({ kind, rig, servers: started })
    },
  )
}
