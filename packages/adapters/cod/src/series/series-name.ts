/** A series by the names that its folder has: its UIDs, or what they were hashed to. */
export interface SeriesName {
  readonly study: string
  readonly series: string
}

/** Names of the objects of one series, from the root of the given store. */
export function pathsOf({ study, series }: SeriesName) {
  const folder = `studies/${study}/series/${series}`
  return {
    folder,
    tar: `${folder}.tar`,
    metadata: `${folder}/metadata.json`,
    index: `${folder}/index.sqlite`,
    lock: `${folder}/.gradient.lock`,
    errorLog: `${folder}/error.log`,
  }
}

/** Where an instance is in this store. */
export function entryPathOf({ study, series }: SeriesName, key: string): string {
  return `studies/${study}/series/${series}/instances/${key}.dcm`
}

/** The series and the key of the instance that a path of this store names. */
export function parseEntryPath(path: string): { readonly name: SeriesName; readonly key: string } | undefined {
  const [, study, series, key] = /^studies\/([^/]+)\/series\/([^/]+)\/instances\/([^/]+)\.dcm$/u.exec(path) ?? []
  if (study === undefined || series === undefined || key === undefined) return undefined
  return { name: { study, series }, key }
}

/** The series within whose folder a path lies, or which it names. */
export function seriesOfPath(path: string): SeriesName | undefined {
  const [, study, series] = /^studies\/([^/]+)\/series\/([^/]+)(?:\/|$)/u.exec(path) ?? []
  return study === undefined || series === undefined ? undefined : { study, series }
}

/** What stands in a list for a series that cannot be read: reading it tells why. */
export function placeholderOf(name: SeriesName): string {
  return pathsOf(name).metadata
}

export const layout = 'studies/{StudyInstanceUID}/series/{SeriesInstanceUID}/instances/{SOPInstanceUID}.dcm'
