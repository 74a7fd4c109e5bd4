import { close, distinctPath, type Entry, GantryError, type Hashing, isPath, type Store } from '@gantry/core'

import type { DownloadStats, DownloadTrouble } from './download-stats.ts'
import { findSaved } from './find-saved.ts'
import { type Instance, instanceOf, nameOf } from './instance.ts'
import { persistently, toGantryError } from './persistently.ts'
import { sideBySide } from './side-by-side.ts'

/** Lists and looks at a time. */
const atOnce = 50

/** A series, and what of it is in the directory. */
export interface PlannedSeries {
  readonly url: string
  readonly study: string
  readonly series: string
  readonly instances: readonly Instance[]
  /** Files that are there, and are what they should be. */
  readonly saved: ReadonlySet<string>
}

export interface DownloadPlan {
  readonly series: readonly PlannedSeries[]
  readonly errors: readonly DownloadTrouble[]
}

export interface PlanContext {
  readonly store: Store
  readonly directory: Store
  readonly hashing: Hashing | undefined
  readonly signal: AbortSignal
  /** Reads back what is in the directory, and does not trust its size alone. */
  readonly verify: boolean
}

/**
 * What the store has of the studies, and what is in the directory. What cannot be read is told beside the rest; rejects
 * when no study can be listed at all, with the reason of the first.
 */
export async function planDownload(studies: readonly string[], context: PlanContext): Promise<DownloadPlan> {
  const wanted = [...new Set(studies)]
  const series: PlannedSeries[] = []
  const errors: DownloadTrouble[] = []
  const unlisted: GantryError[] = []
  await sideBySide(wanted, atOnce, async (study) => {
    try {
      const listed = await listStudy(study, context)
      errors.push(...listed.errors)
      series.push(...listed.series)
    } catch (thrown) {
      const error = toGantryError(thrown)
      errors.push({ studyInstanceUID: study, error })
      unlisted.push(error)
    }
  })
  const [first] = unlisted
  if (first !== undefined && (unlisted.length === wanted.length || context.signal.aborted)) throw first
  const looked: PlannedSeries[] = []
  await sideBySide(series, atOnce, async (one) => {
    looked.push({ ...one, saved: await findSaved(one, context) })
  })
  return { series: looked.sort((a, b) => (a.url < b.url ? -1 : 1)), errors }
}

async function listStudy(study: string, { store, signal }: PlanContext): Promise<DownloadPlan> {
  if (!/^(?!\.+$)[\w.-]{1,128}$/u.test(study)) throw new GantryError('invalid', 'A study UID is none.')
  const { series, broken } = await persistently(signal, async () => {
    const found = { series: new Map<string, Map<string, Instance>>(), broken: new Map<string, string>() }
    for await (const entry of store.list({ studies: [study] }, { signal })) {
      const name = nameOf(entry)
      if (name === undefined || (name.study !== study && entry.image?.studyInstanceUID !== study)) continue
      const of = `${name.study}/${name.series}`
      if (name.key === undefined) {
        found.broken.set(of, entry.path)
        continue
      }
      const instances = found.series.get(of) ?? new Map<string, Instance>()
      found.series.set(of, instances)
      add(instances, entry, `${of}/instances/${name.key}.dcm`)
    }
    return found
  })
  const errors: DownloadTrouble[] = []
  for (const [of, path] of broken) {
    const error = await reasonOf(store, path, signal)
    errors.push({ studyInstanceUID: study, seriesInstanceUID: of.slice(of.indexOf('/') + 1), error })
  }
  if (series.size + broken.size === 0) {
    const error = new GantryError('not_found', 'The store has nothing of this study.')
    errors.push({ studyInstanceUID: study, error })
  }
  const planned = [...series].map(([of, instances]) => {
    const [folder = '', name = ''] = of.split('/')
    const url = `${store.url.replace(/\/+$/u, '')}/studies/${folder}/series/${name}`
    return { url, study: folder, series: name, instances: [...instances.values()], saved: new Set<string>() }
  })
  return { series: planned, errors }
}

/** Two entries may be one instance, by different paths: both are kept. */
function add(instances: Map<string, Instance>, entry: Entry, file: string): void {
  if (!isPath(file)) throw new GantryError('invalid', 'An instance has a name that is no path.', { path: entry.path })
  let free = file
  for (let count = 2; instances.has(free); count += 1) free = distinctPath(file, String(count))
  instances.set(free, instanceOf(entry, free))
}

/** Why a series cannot be read, in the words of its store. */
async function reasonOf(store: Store, path: string, signal: AbortSignal): Promise<GantryError> {
  try {
    const { body } = await store.read(path, undefined, { signal })
    await close(body)
  } catch (error) {
    return toGantryError(error)
  }
  return new GantryError('unavailable', 'The series could not be read a moment ago: try again.')
}

export function statsOf({ series, errors }: DownloadPlan, store: Store): DownloadStats {
  const stats = series.map(({ url, study, series: uid, instances, saved }) => {
    const there = instances.filter(({ file }) => saved.has(file))
    return {
      url,
      studyInstanceUID: study,
      seriesInstanceUID: uid,
      instances: instances.length,
      savedInstances: there.length,
      sizeBytes: bytesOfAll(instances),
      savedSizeBytes: bytesOfAll(there),
    }
  })
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
  const root = store.url.replace(/\/+$/u, '')
  return {
    totalSeriesCount: stats.length,
    totalSavedSeriesCount: stats.filter(({ instances, savedInstances }) => instances === savedInstances).length,
    totalSizeBytes: sum(stats.map(({ sizeBytes }) => sizeBytes)),
    totalSavedSizeBytes: sum(stats.map(({ savedSizeBytes }) => savedSizeBytes)),
    series: stats,
    items: series.flatMap(({ instances }) => instances.map(({ path }) => `${root}/${path}`)),
    errors,
  }
}

export function bytesOfAll(instances: Iterable<Instance>): number {
  let total = 0
  for (const { size } of instances) total += size ?? 0
  return total
}
