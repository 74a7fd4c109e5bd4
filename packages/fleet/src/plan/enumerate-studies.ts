import { type DicomJson, type Entry, GantryError, type Selection, type Store } from '@gantry/core'
import { type Identify, type NamedImages, selectedEntries } from '@gantry/transfer'

import { StagedEntries } from './staged-entries.ts'

export interface EnumerateOptions {
  readonly from: Store
  readonly selection: Selection
  /** Sees what is selected. */
  readonly named: NamedImages
  /** Of what a listing does not tell; without it, folders stand for studies where a listing tells no UIDs. */
  readonly identify?: Identify | undefined
  readonly signal: AbortSignal
  /** Told of names that cannot be moved, or files that cannot be read: they are not submitted. */
  readonly onRefused: () => void
}

/** What goes together: images of a study, by its UID, and other files, by their folder. */
export interface FoundStudy {
  readonly study: string
  readonly entries: readonly Entry[]
}

/**
 * The studies of a source, one in memory at a time. A source that answers searches is asked for its studies; any other is
 * listed, entries are put in order in a temporary file, and told from there.
 */
export async function* enumerateStudies(options: EnumerateOptions): AsyncGenerator<FoundStudy, void, undefined> {
  const { from, selection, signal } = options
  if (from.abilities.query !== true) {
    yield* fromListing(options, selection)
    return
  }
  for await (const study of studiesOf(options)) {
    signal.throwIfAborted()
    const entries: Entry[] = []
    for await (const entry of found(options, { ...selection, studies: [study] })) entries.push(entry)
    if (entries.length > 0) yield { study, entries }
  }
}

async function* studiesOf({ from, selection, signal }: EnumerateOptions): AsyncGenerator<string, void, undefined> {
  if (selection.studies !== undefined) {
    yield* new Set(selection.studies)
    return
  }
  const { since, until } = selection
  const days = [since, until].map((day) => day?.replaceAll('-', '') ?? '').join('-')
  const match: Record<string, string> = days === '-' ? {} : { StudyDate: days }
  for await (const answer of from.search({ level: 'study', match }, { signal })) {
    const uid = textOf(answer, '0020000D')
    if (uid !== undefined && /^[0-9.]{1,64}$/u.test(uid)) yield uid
  }
}

function textOf(answer: DicomJson, tag: string): string | undefined {
  const value = (answer[tag] as { Value?: readonly unknown[] } | undefined)?.Value?.[0]
  return typeof value === 'string' ? value : undefined
}

async function* fromListing(
  options: EnumerateOptions,
  selection: Selection,
): AsyncGenerator<FoundStudy, void, undefined> {
  const staged = await StagedEntries.make()
  try {
    for await (const entry of found(options, selection)) await staged.add(groupOf(entry), entry)
    yield* staged.groups()
  } finally {
    await staged.close()
  }
}

function groupOf({ image, path }: Entry): string {
  if (image !== undefined) return image.studyInstanceUID
  return `/${path.slice(0, Math.max(0, path.lastIndexOf('/')))}`
}

/** Entries that the selection holds, with what their headers say where the listing does not tell it. */
async function* found(options: EnumerateOptions, selection: Selection): AsyncGenerator<Entry, void, undefined> {
  const { from, identify, named, signal, onRefused } = options
  for await (const { entry, refusal } of selectedEntries({
    from,
    selection,
    identify,
    wanted: { image: true },
    signal,
  })) {
    if (refusal !== undefined) {
      onRefused()
      continue
    }
    named.see(entry)
    yield entry
  }
}

/** Layouts by which parts could write over each other: they do not see what another one writes. */
export function refuseCollidingLayout(layout: string | undefined): void {
  const named =
    layout === undefined || layout === 'keep' || layout === 'hierarchical' || layout.includes('SOPInstanceUID')
  if (named) return
  throw new GantryError(
    'unsupported',
    'A fleet needs paths that cannot be the same for two images: keep, hierarchical, or a template with {SOPInstanceUID}.',
  )
}
