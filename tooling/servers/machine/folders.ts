import { mkdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Where installed servers and the data of running ones are kept, outside the checkout, so that a second run is warm:
 * $GANTRY_SERVERS, else below $XDG_CACHE_HOME, else in the temporary folder.
 */
export function serversFolder(): string {
  const { GANTRY_SERVERS, XDG_CACHE_HOME } = process.env
  const folder =
    GANTRY_SERVERS ||
    (XDG_CACHE_HOME ? join(XDG_CACHE_HOME, 'gantry/servers') : join(tmpdir(), `gantry-servers-${userId()}`))
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  // Root will run programs from here: in a shared temporary folder, somebody else could have made it first.
  if (statSync(folder).uid !== userId()) throw new Error(`${folder} belongs to another user: set GANTRY_SERVERS`)
  return folder
}

export function userId(): number {
  return process.getuid?.() ?? 0
}
