import type { Digests, Entry, NewEntry } from '@gantry/core'

import { isSize } from '../is-size.ts'

/** An instance that is to be downloaded, and where it goes. */
export interface Instance {
  readonly path: string
  readonly version?: string
  /** Bytes; absent where the store learns it by reading alone. */
  readonly size?: number
  readonly digests?: Digests
  /** In the directory. */
  readonly file: string
}

/** Which instance an entry is, as the folders of its store name it, else by its own UIDs. */
export interface InstanceName {
  readonly study: string
  readonly series: string
  /** Absent for what stands for a series that cannot be read. */
  readonly key?: string
  /** Named by its folders: then its series is a folder, too. */
  readonly placed: boolean
}

const placed = /(?:^|\/)studies\/([^/]+)\/series\/([^/]+)\/(?:instances\/([^/]+?)(?:\.dcm)?|metadata\.json)$/u

/**
 * Names of folders come first: in a store with hashed names, those are the names by which its users know a study.
 * `undefined` for what is no image.
 */
export function nameOf({ path, image }: Entry): InstanceName | undefined {
  const match = placed.exec(path)
  if (match !== null) {
    const [, study = '', series = '', key] = match
    return { study, series, placed: true, ...(key !== undefined && { key }) }
  }
  if (image === undefined) return undefined
  const { studyInstanceUID: study, seriesInstanceUID: series, sopInstanceUID: key } = image
  return { study, series, key, placed: false }
}

export function instanceOf(entry: Entry, file: string): Instance {
  const { path, version, size, digests } = entry
  return {
    path,
    file,
    ...(version !== undefined && { version }),
    ...(size !== undefined && isSize(size) && { size }),
    ...(digests !== undefined && { digests }),
  }
}

/** What the directory is told of a file that the store has this entry for. */
export function newEntryOf(file: string, { size, digests, modified, contentType }: Omit<Entry, 'path'>): NewEntry {
  return { path: file, size, digests, modified, contentType }
}
