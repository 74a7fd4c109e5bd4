import type { Store } from '@gantry/core'
import { type Call, comparePaths, type Entry } from '@gantry/core/driver'

import { pathsOf, type SeriesName, seriesOfPath } from './series-name.ts'

/** A series, and which of its objects there are. */
export interface FoundSeries extends SeriesName {
  readonly metadata: Entry | undefined
  readonly tar: Entry | undefined
  readonly index: Entry | undefined
  readonly lock: Entry | undefined
  readonly errorLog: Entry | undefined
}

type Part = Exclude<keyof FoundSeries, keyof SeriesName>
type Mutable = { -readonly [Key in keyof FoundSeries]: FoundSeries[Key] }

const parts: { readonly [name: string]: Part } = {
  'metadata.json': 'metadata',
  'index.sqlite': 'index',
  '.gradient.lock': 'lock',
  'error.log': 'errorLog',
}

/**
 * Every series at or below `prefix`, from one paged listing. Where the given store lists in the order of paths, only
 * those series are held that more may come of, and they come in that order; else all are, by their names alone.
 */
export async function* findSeries(
  store: Store,
  prefix: string,
  call: Call,
): AsyncGenerator<FoundSeries, void, undefined> {
  const ordered = store.abilities.order === 'path'
  const open = new Map<string, Mutable>()
  for await (const entry of store.list({ prefix }, call)) {
    const part = partOf(entry.path)
    if (part === undefined) continue
    if (ordered) yield* closed(open, entry.path)
    const { name, what } = part
    const folder = `studies/${name.study}/series/${name.series}/`
    const found = open.get(folder) ?? { ...name, ...nothing }
    if (what !== undefined) found[what] = entry
    open.set(folder, found)
  }
  yield* inOrder(open)
}

/** The same of one series, whose name is known. */
export async function lookAt(store: Store, name: SeriesName, call: Call): Promise<FoundSeries> {
  const paths = pathsOf(name)
  const [metadata, tar, index, lock, errorLog] = await Promise.all(
    [paths.metadata, paths.tar, paths.index, paths.lock, paths.errorLog].map(
      async (path) => await store.find(path, call),
    ),
  )
  return { ...name, metadata, tar, index, lock, errorLog }
}

const nothing = { metadata: undefined, tar: undefined, index: undefined, lock: undefined, errorLog: undefined }

/** A tar is listed before its folder, and series whose UIDs go on where this one's ends come between them. */
function* closed(open: Map<string, Mutable>, path: string): Generator<FoundSeries, void, undefined> {
  const done = new Map<string, Mutable>()
  for (const [folder, found] of open) {
    if (path.startsWith(folder) || comparePaths(path, folder) < 0) continue
    done.set(folder, found)
    open.delete(folder)
  }
  yield* inOrder(done)
}

function* inOrder(found: ReadonlyMap<string, FoundSeries>): Generator<FoundSeries, void, undefined> {
  for (const folder of [...found.keys()].sort(comparePaths)) yield found.get(folder) as FoundSeries
}

function partOf(path: string): { readonly name: SeriesName; readonly what: Part | undefined } | undefined {
  const [, study, series] = /^studies\/([^/]+)\/series\/([^/]+)\.tar$/u.exec(path) ?? []
  if (study !== undefined && series !== undefined) return { name: { study, series }, what: 'tar' }
  const name = seriesOfPath(path)
  if (name === undefined || path.split('/').length < 5) return undefined
  return { name, what: parts[path.slice(path.lastIndexOf('/') + 1)] }
}
