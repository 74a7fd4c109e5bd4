/** S3 lists keys by their UTF-8 bytes; JavaScript compares UTF-16 units, which differs only beyond U+D7FF. */
const differs = /[\ud800-\uffff]/

export function compareKeys(left: string, right: string): number {
  if (differs.test(left) && differs.test(right)) return Buffer.compare(Buffer.from(left), Buffer.from(right))
  return left < right ? -1 : left > right ? 1 : 0
}

/** The first index of a sorted list at which `reached` holds. */
export function firstIndex<Item>(sorted: readonly Item[], reached: (item: Item) => boolean): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const item = sorted[middle]
    if (item !== undefined && reached(item)) high = middle
    else low = middle + 1
  }
  return low
}
