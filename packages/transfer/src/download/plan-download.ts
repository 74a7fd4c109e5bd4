import { asGantryError, close, GantryError, type Hashing, type Store, type StoreTrouble } from '@gantry/core'
import { sideBySide } from '@gantry/core/side-by-side'

import { BegunWork } from './begun-work.ts'
import type { DownloadNotice } from './download-events.ts'
import type { DownloadStats, DownloadTrouble } from './download-stats.ts'
import { findSaved } from './find-saved.ts'
import { type Instance, nameOf } from './instance.ts'
import { ListedSeries } from './listed-series.ts'
import { watchedPersistently } from '../runner/watched-persistently.ts'
import type { Watchdog, Watched } from '../runner/watchdog.ts'

/** Lists and looks at a time. */
const atOnce = 50

/** A series, and what of it is in the directory. */
export interface PlannedSeries {
  readonly url: string
  /** The study as it was asked for: its folder may have a name that was made of that. */
  readonly asked: string
  readonly study: string
  readonly series: string
  readonly instances: readonly Instance[]
  /** Files that are there, and are what they should be. */
  readonly saved: ReadonlySet<string>
}

export interface DownloadPlan {
  readonly series: readonly PlannedSeries[]
  readonly errors: readonly DownloadTrouble[]
  readonly notices: readonly DownloadNotice[]
}

export interface PlanContext {
  readonly store: Store
  readonly directory: Store
  readonly hashing: Hashing | undefined
  readonly signal: AbortSignal
  readonly watchdog: Watchdog
  /** Reads back what is in the directory, and does not trust its size alone. */
  readonly verify: boolean
  /** Of which the same holds, however the rest is looked at. */
  readonly doubted?: Set<string>
  /** Told of each notice at once. */
  readonly noticed?: (notice: DownloadNotice) => void
}

/**
 * What the store has of the studies, and what is in the directory. What cannot be read is told beside the rest; rejects
 * when no study can be listed at all, with the reason of the first. `found` is told of each series as soon as all of it is
 * known, while others are still being listed.
 */
export async function planDownload(
  studies: readonly string[],
  context: PlanContext,
  found?: (series: PlannedSeries) => void,
): Promise<DownloadPlan> {
  const wanted = [...new Set(studies)]
  const looked: PlannedSeries[] = []
  const errors: DownloadTrouble[] = []
  const notices = new Map<string, DownloadNotice>()
  const unlisted: GantryError[] = []
  const looks = new BegunWork(atOnce, context.signal)
  const askedAs = new Map<string, string>()
  const look = (series: PlannedSeries) => {
    // A study that is asked for by its UID, and by what that is hashed to, is one.
    const { url, asked } = series
    askedAs.set(url, askedAs.get(url) ?? asked)
    if (askedAs.get(url) !== asked) return
    looks.begin(async () => {
      const known = { ...series, saved: await findSaved(series, context) }
      looked.push(known)
      found?.(known)
    })
  }
  const onTrouble = ({ study, series, kind, error }: StoreTrouble) => {
    const url = urlOf(context.store, study, series)
    const about = { ...(series !== undefined && { seriesInstanceUID: series }), ...(error !== undefined && { error }) }
    const notice = { url, studyInstanceUID: study, kind, ...about }
    // A listing that broke off tells them again.
    if (notices.has(`${url} ${kind}`)) return
    notices.set(`${url} ${kind}`, notice)
    context.noticed?.(notice)
  }
  await sideBySide(wanted, atOnce, async (study) => {
    try {
      errors.push(...(await listStudy(study, { ...context, early: found !== undefined, onTrouble }, look)))
    } catch (thrown) {
      const error = asGantryError(thrown)
      errors.push({ studyInstanceUID: study, error })
      unlisted.push(error)
    }
  })
  await looks.settled()
  const [first] = unlisted
  if (first !== undefined && (unlisted.length === wanted.length || context.signal.aborted)) throw first
  return { series: looked.sort((a, b) => (a.url < b.url ? -1 : 1)), errors, notices: [...notices.values()] }
}

/** Tells of each series once, and answers what cannot be read. */
async function listStudy(
  study: string,
  context: PlanContext & { readonly early: boolean; readonly onTrouble: (trouble: StoreTrouble) => void },
  found: (series: PlannedSeries) => void,
): Promise<DownloadTrouble[]> {
  const { store, signal, early, onTrouble } = context
  if (!/^(?!\.+$)[\w.-]{1,128}$/u.test(study)) throw new GantryError('invalid', 'A study UID is none.')
  const all = new ListedSeries(early && store.abilities.order === 'path', (of, instances) => {
    const [folder = '', name = ''] = of.split('/')
    found({
      url: urlOf(store, folder, name),
      asked: study,
      study: folder,
      series: name,
      instances,
      saved: new Set<string>(),
    })
  })
  const refused = new Map<string, GantryError>()
  const list = async ({ signal: own, touch }: Watched) => {
    all.begin()
    const options = {
      signal: own,
      onTrouble,
      onRefused: (path: string, why: GantryError) => void refused.set(path, why),
    }
    for await (const entry of store.list({ studies: [study] }, options)) {
      touch()
      const name = nameOf(entry)
      if (name === undefined || (name.study !== study && entry.image?.studyInstanceUID !== study)) continue
      all.add(name, entry)
    }
  }
  await watchedPersistently(context.watchdog, signal, list)
  all.end()
  const errors: DownloadTrouble[] = [...refused.values()].map((error) => ({ studyInstanceUID: study, error }))
  for (const [of, path] of all.broken) {
    const error = await reasonOf(path, context)
    errors.push({ studyInstanceUID: study, seriesInstanceUID: of.slice(of.indexOf('/') + 1), error })
  }
  if (all.empty && refused.size === 0) {
    const error = new GantryError('not_found', 'The store has nothing of this study.')
    errors.push({ studyInstanceUID: study, error })
  }
  return errors
}

/** Why a series cannot be read, in the words of its store. */
async function reasonOf(path: string, context: PlanContext): Promise<GantryError> {
  try {
    await context.watchdog.guard(context.signal, async ({ signal }) => {
      const { body } = await context.store.read(path, undefined, { signal })
      await close(body)
    })
  } catch (error) {
    return asGantryError(error)
  }
  return new GantryError('unavailable', 'The series could not be read a moment ago: try again.')
}

export function statsOf({ series, errors, notices }: DownloadPlan, store: Store): DownloadStats {
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
  const root = rootOf(store)
  return {
    totalSeriesCount: stats.length,
    totalSavedSeriesCount: stats.filter(({ instances, savedInstances }) => instances === savedInstances).length,
    totalSizeBytes: sum(stats.map(({ sizeBytes }) => sizeBytes)),
    totalSavedSizeBytes: sum(stats.map(({ savedSizeBytes }) => savedSizeBytes)),
    series: stats,
    items: series.flatMap(({ instances }) => instances.map(({ path }) => `${root}/${path}`)),
    errors,
    notices,
  }
}

export function bytesOfAll(instances: Iterable<Instance>): number {
  let total = 0
  for (const { size } of instances) total += size ?? 0
  return total
}

/** What names a study in events, or a series. */
export function urlOf(store: Store, study: string, series?: string): string {
  return `${rootOf(store)}/studies/${study}${series === undefined ? '' : `/series/${series}`}`
}

function rootOf(store: Store): string {
  return store.url.replace(/\/+$/u, '')
}
