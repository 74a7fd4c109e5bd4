import type { Digests, Store } from '@gantry/core'

import type { NewReceipt } from '../records/receipt.ts'

/** Of the digests, those that the destination tells again when it is asked, SHA-256 aside. */
export function toldOf(digests: Digests, { abilities }: Store): Pick<NewReceipt, 'told'> {
  const told = abilities.digests.filter((name) => name !== 'sha256' && digests[name] !== undefined)
  return told.length === 0 ? {} : { told: Object.fromEntries(told.map((name) => [name, digests[name]])) }
}
