import type { NewReceipt } from './receipt.ts'

/** Of CIDs in base32 (bafy..., bafk...), as a version `<root>/<place within it>` begins with one. */
const rooted = /^(baf[a-z2-7]{50,128})\//u

/**
 * Receipts by the unit that they were packed into. A store that packs entries names the unit in their version, so that
 * nobody has to know such a store.
 */
export function byRoot<Receipt extends Pick<NewReceipt, 'version'>>(
  receipts: readonly Receipt[],
): Map<string | undefined, Receipt[]> {
  const groups = new Map<string | undefined, Receipt[]>()
  for (const receipt of receipts) {
    const root = rooted.exec(receipt.version ?? '')?.[1]
    const group = groups.get(root)
    if (group === undefined) groups.set(root, [receipt])
    else group.push(receipt)
  }
  return groups
}
