import { GantryError } from '@gantry/core'

/** Opens no hub: of a platform that was not given `openHubStore`. */
export function noHubs(): never {
  throw new GantryError('unsupported', 'Hubs cannot be reached: give the platform the hubStore of @gantry/hub-store.')
}
