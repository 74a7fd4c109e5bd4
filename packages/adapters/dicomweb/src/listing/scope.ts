import { isUid, type Resource } from '../retrieve/resource.ts'

/**
 * What a prefix of paths names: all, a study, a series of it, or an instance of that; `undefined` where no path has that
 * prefix.
 */
export function scopeOf(prefix: string): Partial<Resource> | undefined {
  const segments = prefix.split('/').filter((segment) => segment !== '')
  const kinds = ['studies', 'series', 'instances']
  const uids: string[] = []
  for (const [index, segment] of segments.entries()) {
    if (index >= 2 * kinds.length) return undefined
    if (index % 2 === 0 && segment !== kinds[index / 2]) return undefined
    if (index % 2 === 0) continue
    if (!isUid(segment)) return undefined
    uids.push(segment)
  }
  const [study, series, instance] = uids
  return { ...(study !== undefined && { study }), ...(series && { series }), ...(instance && { instance }) }
}
