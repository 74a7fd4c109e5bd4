import { GantryError } from '@gantry/core/driver'

/** A study, or a series of it, or an instance of that, by UID. */
export interface Resource {
  readonly study: string
  readonly series?: string | undefined
  readonly instance?: string | undefined
}

/** Path segments of a resource (PS3.18 10.1.1); `invalid` for what is no UID, because it would name something else. */
export function segmentsOf({ study, series, instance }: Resource): string[] {
  if (series === undefined && instance !== undefined) {
    throw new GantryError('invalid', 'An instance is named together with its series.')
  }
  const named = [
    ['studies', study],
    ['series', series],
    ['instances', instance],
  ] as const
  return named.flatMap(([kind, uid]) => (uid === undefined ? [] : [kind, checkUid(uid)]))
}

/** An instance with all that names it. */
export type InstanceUids = { readonly [Level in keyof Resource]-?: string }

/**
 * Digits and dots (PS3.5 9.1). Leading zeros, and more than the 64 characters that the standard allows, are let pass: there
 * are devices that write them.
 */
export function checkUid(uid: string): string {
  if (isUid(uid)) return uid
  throw new GantryError('invalid', 'A UID consists of digits, and dots between them.')
}

const longest = 128

export function isUid(uid: string): boolean {
  return uid.length <= longest && /^\d+(?:\.\d+)*$/u.test(uid)
}

/** Where the entry of an instance is in a store: as its resource is at the service. */
export function pathOf({ study, series, instance }: InstanceUids): string {
  return `studies/${study}/series/${series}/instances/${instance}`
}

/** What the path of an entry names; `undefined` for one that is none of an instance. */
export function uidsOf(path: string): InstanceUids | undefined {
  const [, study = '', series = '', instance = ''] =
    /^studies\/([^/]+)\/series\/([^/]+)\/instances\/([^/]+)$/u.exec(path) ?? []
  return [study, series, instance].every(isUid) ? { study, series, instance } : undefined
}
