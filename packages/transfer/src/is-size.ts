/** Bytes that something can have. */
export function isSize(size: number): boolean {
  return Number.isSafeInteger(size) && size >= 0
}
