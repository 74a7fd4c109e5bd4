import { hash, randomBytes } from 'node:crypto'
import { basename } from 'node:path'

/**
 * Names of what the store keeps beside the entries, in the folder where the entry will be: so a rename never crosses
 * file systems, and quotas and permissions are those of the place. `tmp` is a write on its way, `part` and `log` are
 * the bytes and the records of an upload, `lock` guards a conditional write.
 */
export type TemporaryKind = 'tmp' | 'part' | 'log' | 'lock'

const pattern = /^\.gantry-([0-9a-z]+)\.(tmp|part|log|lock)$/u

export function temporaryName(id: string, kind: TemporaryKind): string {
  return `.gantry-${id}.${kind}`
}

const idLength = 12
/** Drawn from the system for many at once, which costs as much as for one. */
let drawn = ''

export function randomId(): string {
  if (drawn === '') drawn = randomBytes(idLength * 256).toString('hex')
  const id = drawn.slice(0, idLength * 2)
  drawn = drawn.slice(idLength * 2)
  return id
}

/** Of a write: it tells whose name it is to get to who asks for that one, so that what a dead process left can be told apart. */
export function writeId(path: string): string {
  return `${randomId()}w${hash('sha256', basename(path)).slice(0, 16)}`
}

/** Whether it is of a write to that path, in the folder where it lies. */
export function isWriteTo(path: string, id: string): boolean {
  return id.endsWith(`w${hash('sha256', basename(path)).slice(0, 16)}`)
}

/** Whether a name is one of the store's own: such files are no entries. */
export function isTemporaryName(name: string): boolean {
  return name.startsWith('.gantry-') && pattern.test(name)
}

export function parseTemporaryName(name: string): { id: string; kind: TemporaryKind } | undefined {
  const match = name.startsWith('.gantry-') ? pattern.exec(name) : null
  if (match === null) return undefined
  return { id: match[1] as string, kind: match[2] as TemporaryKind }
}
