import { GantryError } from '../errors/gantry-error.ts'
import type { Entry, ImageIdentity } from '../store/entry.ts'
import { checkPath } from '../store/path.ts'

/** Maps a source entry to the path it gets at the destination. */
export interface Layout {
  (entry: Entry): string
  /** It asks for `image` or `attributes`, which most stores tell only from a file's header. */
  readonly needsHeader?: boolean
  /** It asks for `image` alone. */
  readonly needsImage?: boolean
  /** Entries below a folder stay below a folder of the same path. */
  readonly keepsPrefix?: boolean
  /** Files of other folders, or other images, may have been given the same path: what is there is replaced only where that is asked for. */
  readonly sharesNames?: boolean
}

/** The same path, in NFC. */
export const keepLayout: Layout = Object.assign((entry: Entry) => checkPath(entry.path), { keepsPrefix: true })

/** The last segment alone; the planner tells apart what collides. */
export const flatLayout: Layout = Object.assign(
  (entry: Entry) => checkPath(entry.path.slice(entry.path.lastIndexOf('/') + 1)),
  { sharesNames: true },
)

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

/** `name-<tag>.ext`: what an entry is called whose path another entry has. `tag` is derived from its source path. */
export function distinctPath(path: string, tag: string): string {
  // The last arc of a UID is no extension.
  const extension = /(?<=[^/])\.(?=[^./]*\p{L})[^./]{1,8}$/su.exec(path)?.[0] ?? ''
  return `${path.slice(0, path.length - extension.length)}-${tag}${extension}`
}
