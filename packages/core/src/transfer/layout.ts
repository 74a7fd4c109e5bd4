import type { Entry } from '../store/entry.ts'
import { checkPath } from '../store/path.ts'

/** Maps a source entry to the path it gets at the destination. */
export interface Layout {
  (entry: Entry): string
  /** It asks for `image` or `attributes`, which most stores tell only from a file's header. */
  readonly needsHeader?: boolean
  /** Entries below a folder stay below a folder of the same path. */
  readonly keepsPrefix?: boolean
}

/** The same path, in NFC. */
export const keepLayout: Layout = Object.assign((entry: Entry) => checkPath(entry.path), { keepsPrefix: true })

/** The last segment alone; the planner tells apart what collides. */
export const flatLayout: Layout = (entry) => checkPath(entry.path.slice(entry.path.lastIndexOf('/') + 1))

/** `name-<tag>.ext`: what an entry is called whose path another entry has. `tag` is derived from its source path. */
export function distinctPath(path: string, tag: string): string {
  const slash = path.lastIndexOf('/')
  const dot = path.lastIndexOf('.')
  return dot > slash + 1 ? `${path.slice(0, dot)}-${tag}${path.slice(dot)}` : `${path}-${tag}`
}
