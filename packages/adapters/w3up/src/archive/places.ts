import { createHmac } from 'node:crypto'

import { identityBytes } from '@gantry/age'

import { directoryWidth } from '../pack/directory-tree.ts'

type Folder = Map<string, Folder | string>

/**
 * Where files lie in the folders of their unit: as their paths say, but for folders of more than 1,000 entries, whose
 * entries are put into folders `part-0001` and so on.
 */
export function placesOf(paths: Iterable<string>): Map<string, string> {
  const root: Folder = new Map()
  for (const path of [...paths].sort()) {
    const segments = path.split('/')
    const name = segments.pop() ?? ''
    let folder = root
    for (const segment of segments) {
      const below = folder.get(segment)
      // A file of this name is in the way: the folder gets another one.
      const key = below === undefined || below instanceof Map ? segment : `${segment}.folder`
      const next = folder.get(key)
      const found: Folder = next instanceof Map ? next : new Map()
      folder.set(key, found)
      folder = found
    }
    folder.set(folder.has(name) ? `${name}.file` : name, path)
  }
  const places = new Map<string, string>()
  walk(root, '', places)
  return places
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
