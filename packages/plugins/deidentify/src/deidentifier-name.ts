import { cleanMethods, type Cleaned, type Retained, retainMethods } from './profile/profile-options.ts'
import type { Rectangle } from './pixels/rectangle.ts'

/** What a de-identifier does, and by which key, without telling the key. */
export interface NamedDeidentifier {
  /** Of the key: `fingerprintOf`. */
  readonly fingerprint: string
  readonly retain: readonly Retained[]
  readonly clean: readonly Cleaned[]
  readonly blank: readonly Rectangle[]
}

const first = 'deidentify'

/** The same name, the same results. */
export function nameOf({ fingerprint, retain, clean, blank }: NamedDeidentifier): string {
  const words = [
    ...retain.toSorted().map((name) => `retain-${name}`),
    ...clean.toSorted().map((name) => `clean-${name}`),
    ...blank.map(({ x, y, width, height }) => `blank-${x},${y},${width},${height}`),
  ]
  return [first, fingerprint, ...words].join(' ')
}

/**
 * What a name says, for a process that is to make the same de-identifier from it and the key; `undefined` where it is none, or
 * names what this version does not know.
 */
export function parseDeidentifierName(name: string): NamedDeidentifier | undefined {
  const [kind, fingerprint = '', ...words] = name.split(' ')
  if (kind !== first || !/^[0-9a-f]{12}$/u.test(fingerprint)) return undefined
  const retain: Retained[] = []
  const clean: Cleaned[] = []
  const blank: Rectangle[] = []
  for (const word of words) {
    const [, verb, what = ''] = /^(retain|clean|blank)-(.+)$/u.exec(word) ?? []
    const [x, y, width, height] = what.split(',').map(Number)
    if (verb === 'retain' && Object.hasOwn(retainMethods, what)) retain.push(what as Retained)
    else if (verb === 'clean' && Object.hasOwn(cleanMethods, what)) clean.push(what as Cleaned)
    else if (verb === 'blank' && x !== undefined && y !== undefined && width !== undefined && height !== undefined) {
      blank.push({ x, y, width, height })
    } else return undefined
  }
  const named = { fingerprint, retain, clean, blank }
  return nameOf(named) === name ? named : undefined
}
