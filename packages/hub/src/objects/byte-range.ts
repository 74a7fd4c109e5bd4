/**
 * The bytes that a `Range` header asks for (RFC 9110 14.1.2): half-open; `undefined` for all of them, which is also the
 * answer to what is no single range of bytes; `outside` where there are no such bytes.
 */
export function rangeOf(
  header: string | undefined,
  size: number,
): { readonly start: number; readonly end: number } | 'outside' | undefined {
  const [, from, to] = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/iu.exec(header ?? '') ?? []
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined
  if (from === '') {
    const length = Number(to)
    return length === 0 || size === 0 ? 'outside' : { start: Math.max(0, size - length), end: size }
  }
  const start = Number(from)
  if (to !== '' && Number(to) < start) return undefined
  if (start >= size) return 'outside'
  return { start, end: to === '' ? size : Math.min(size, Number(to) + 1) }
}
