import { GantryError } from '../errors/gantry-error.ts'
import type { StoreDriver } from './store-driver.ts'

/** What a configuration hands in, no compiler sees. */
export function checkDriver(driver: Pick<StoreDriver, 'scheme'> & { readonly contract?: number }): void {
  const given = driver as typeof driver | undefined
  if (given?.contract === undefined) throw new GantryError('invalid', 'A Store takes a driver, such as fs({ root }).')
  if (given.contract === 1) return
  throw new GantryError('unsupported', `The ${given.scheme} adapter was made for another version of @gantry/core.`)
}
