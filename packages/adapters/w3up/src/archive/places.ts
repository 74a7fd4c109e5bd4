import { createHmac } from 'node:crypto'

import { identityBytes } from '@gantry/age'

import { directoryWidth } from '../pack/directory-tree.ts'

type Folder = Map<string, Folder | string>

/** What a place is told by. */
export interface PlacedFile {
  readonly path: string
  readonly sha256: string
  readonly image?: { readonly seriesInstanceUID: string; readonly sopInstanceUID: string } | undefined
}

/** One that is a name of a folder as it is. */
const plainUID = /^\d[\d.]{0,63}$/u

/**
 * Where files lie in the folders of their unit. Images lie in a folder of their series, by the last name of their path, so that the
 * root of a study does not depend on where it lay; all else as its path says. Of those that would have one place, all but the
 * first get a number behind it, in the order of their UIDs and contents. Folders of more than 1,000 entries have these in folders
 * `part-0001` and so on.
 */
export function placesOf(files: Iterable<PlacedFile>): Map<string, string> {
  const root: Folder = new Map()
  for (const [place, path] of [...distinct(files)].sort(byFirst)) {
    const segments = place.split('/')
    const name = segments.pop() ?? ''
    let folder = root
    for (const segment of segments) folder = folderIn(folder, segment)
    let free = name
    while (folder.has(free)) free += '.file'
    folder.set(free, path)
  }
  const places = new Map<string, string>()
  walk(root, '', places)
  return places
}

/** Paths by the places that they are meant to have. */
function distinct(files: Iterable<PlacedFile>): Map<string, string> {
  const meant = new Map<string, PlacedFile[]>()
  for (const file of files) {
    const place = placeOf(file)
    meant.set(place, [...(meant.get(place) ?? []), file])
  }
  const taken = new Map<string, string>()
  for (const [place, together] of [...meant].sort(byFirst)) {
    const [first, ...others] = together.length === 1 ? together : [...together].sort(byContents)
    if (first !== undefined) taken.set(place, first.path)
    let number = 2
    for (const { path } of others) {
      while (meant.has(`${place}-${number}`) || taken.has(`${place}-${number}`)) number += 1
      taken.set(`${place}-${number}`, path)
    }
  }
  return taken
}

function placeOf({ path, image }: PlacedFile): string {
  if (image === undefined || !plainUID.test(image.seriesInstanceUID)) return path
  return `${image.seriesInstanceUID}/${path.slice(path.lastIndexOf('/') + 1)}`
}

function byFirst([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}

/** The path comes last: files that are the same in all else have the same block. */
function byContents(a: PlacedFile, b: PlacedFile): number {
  const keys = ({ path, sha256, image }: PlacedFile) => [image?.sopInstanceUID ?? '', sha256, path]
  const [mine, theirs] = [keys(a), keys(b)]
  const at = mine.findIndex((key, index) => key !== theirs[index])
  return (mine[at] ?? '') < (theirs[at] ?? '') ? -1 : 1
}

/** Where a file of this name is in the way, the folder gets another one. */
function folderIn(folder: Folder, name: string): Folder {
  for (let free = name; ; free += '.folder') {
    const found = folder.get(free)
    if (found instanceof Map) return found
    if (found !== undefined) continue
    const made: Folder = new Map()
    folder.set(free, made)
    return made
  }
}

function walk(folder: Folder, prefix: string, places: Map<string, string>): void {
  const split = folder.size > directoryWidth
  const parts = split ? partsOf(folder) : folder
  for (const [name, child] of parts) {
    const place = `${prefix}${name}`
    if (typeof child === 'string') places.set(child, place)
    else walk(child, `${place}/`, places)
  }
}

function partsOf(folder: Folder): Folder {
  const parts: Folder = new Map()
  let part: Folder = new Map()
  for (const [name, child] of folder) {
    if (part.size === directoryWidth || parts.size === 0) {
      part = new Map()
      parts.set(`part-${String(parts.size + 1).padStart(4, '0')}`, part)
    }
    part.set(name, child)
  }
  return parts
}

/** A place of names that tell nothing, the same for the same key: UIDs and names of patients stand in folders in clear. */
export function opaquePlace(place: string, identity: string): string {
  const key = identityBytes(identity)
  const segments = place.split('/')
  return segments
    .map((_, index) => {
      const above = segments.slice(0, index + 1).join('/')
      return createHmac('sha256', key).update(`gantry place\n${above}`).digest().subarray(0, 16).toString('base64url')
    })
    .join('/')
}
