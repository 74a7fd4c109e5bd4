import { GantryError } from '../errors/gantry-error.ts'
import type { Entry, ImageIdentity } from '../store/entry.ts'
import { checkPath, utf8Length } from '../store/path.ts'

/** Maps a source entry to the path it gets at the destination. */
export interface Layout {
  (entry: Entry): string
  /** It asks for `image` or `attributes`, which most stores tell only from a file's header. */
  readonly needsHeader?: boolean
  /** It asks for `image` alone. */
  readonly needsImage?: boolean
  /** Entries below a folder stay below a folder of the same path. */
  readonly keepsPrefix?: boolean
}

/** The same path, in NFC. */
export const keepLayout: Layout = Object.assign((entry: Entry) => checkPath(entry.path), { keepsPrefix: true })

/** The last segment alone; the planner tells apart what collides. */
export const flatLayout: Layout = (entry) => checkPath(entry.path.slice(entry.path.lastIndexOf('/') + 1))

const uids: { readonly [keyword: string]: keyof ImageIdentity } = {
  StudyInstanceUID: 'studyInstanceUID',
  SeriesInstanceUID: 'seriesInstanceUID',
  SOPInstanceUID: 'sopInstanceUID',
  SOPClassUID: 'sopClassUID',
}

/**
 * Places images by their UIDs, as `Abilities.layout` says: `{StudyInstanceUID}/{SOPInstanceUID}`. What is no image has
 * no place (`invalid`); so have UIDs that are none.
 */
export function imageLayout(template: string): Layout {
  const place = ({ path, image }: Entry): string => {
    if (image === undefined) throw new GantryError('invalid', 'It is no DICOM image, and has no place here.', { path })
    const named = template.replaceAll(/\{(\w+)\}/gu, (_, keyword: string) => {
      const key = Object.hasOwn(uids, keyword) ? uids[keyword] : undefined
      if (key === undefined) throw new GantryError('internal', `A layout of UIDs cannot name ${keyword}.`)
      const uid = String(image[key])
      if (!/^[0-9.]{1,64}$/u.test(uid)) throw new GantryError('invalid', 'A UID of the image is none.', { path })
      return uid
    })
    return checkPath(named)
  }
  return Object.assign(place, { needsImage: true })
}

/** How long, in UTF-8 bytes, what a store keeps may be. */
interface Lengths {
  readonly longestPath: number
  readonly longestSegment: number
}

/**
 * `name-<tag>.ext`: what an entry is called whose path another entry has. `tag` is derived from its source path. A name
 * that would be too long for `lengths` with it is cut before it.
 */
export function distinctPath(path: string, tag: string, lengths?: Lengths): string {
  const slash = path.lastIndexOf('/')
  const name = path.slice(slash + 1)
  // The last arc of a UID is no extension, and a UID with something in its middle is none.
  const extension = /(?<=.)\.(?=[^.]*\p{L})[^.]{1,8}$/su.exec(name)?.[0] ?? ''
  const stem = name.slice(0, name.length - extension.length)
  const end = `-${tag}${extension}`
  const folder = path.slice(0, slash + 1)
  return `${folder}${lengths === undefined ? stem : cut(stem, roomFor(folder, end, lengths))}${end}`
}

function roomFor(folder: string, end: string, { longestPath, longestSegment }: Lengths): number {
  return Math.min(longestSegment, longestPath - utf8Length(folder)) - utf8Length(end)
}

/** As many whole characters as take so many bytes; one at least. */
function cut(text: string, bytes: number): string {
  let kept = ''
  let length = 0
  for (const character of text) {
    length += utf8Length(character)
    if (length > bytes && kept !== '') break
    kept += character
  }
  return kept
}
