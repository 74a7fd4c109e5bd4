import { collect, type Entry, GantryError, type Signal, type Store } from '@gantry/core'
import { blobInput, entryInput, type FileInput } from '@gantry/share'
import { sideBySide } from '@gantry/core/side-by-side'

import type { OpenProgress, Opened } from './model.ts'
import { type Opening, openInputs } from './opening.ts'
import type { CallContext } from './rpc.ts'
import { StudyListing } from './study-listing.ts'

const atOnce = 6
const nothing: Opened = { items: [], problems: [], others: 0 }

export interface StudyOpening {
  readonly store: Store
  readonly study: string
  /** Ranges cost what they are long: headers are read first, and images when somebody looks at them. */
  readonly ranged: boolean
}

/**
 * Opens a study series by series, and tells each as soon as it is there; before everything else one image, so that there is
 * something to look at while the rest comes. What was told is not in the answer.
 */
export async function openStudy(
  opening: Opening,
  { store, study, ranged }: StudyOpening,
  { signal, progress }: CallContext,
): Promise<Opened> {
  const listing = new StudyListing(store, study, signal)
  let done = 0
  const tell = (more: Omit<OpenProgress, 'done' | 'total'> = {}) =>
    progress({ done, total: Math.max(done, listing.total), ...more } satisfies OpenProgress)
  const open = async (inputs: readonly FileInput[]) => await openInputs(opening, inputs, { signal, progress: () => {} })
  const fetch = async (entry: Entry) => {
    const input = await fetched(store, entry, signal)
    done += 1
    tell()
    return input
  }
  /** What stands for a series that is on its way. */
  let early: string | undefined
  let shown = false
  try {
    for await (const entries of listing.series(!ranged)) {
      const middle = Math.floor(entries.length / 2)
      const inputs = new Map<Entry, FileInput>()
      const first = entries[middle] as Entry
      if (!shown && entries.length > 1) {
        const input = await fetch(first)
        inputs.set(first, input)
        const [item] = (await open([input])).items
        early = item?.id
        if (item !== undefined) tell({ opened: { ...nothing, items: [{ ...item, expected: entries.length }] } })
      }
      const waiting = outwards(entries, middle).filter((entry) => !inputs.has(entry))
      if (ranged) for (const entry of waiting) inputs.set(entry, keptInput(entryInput(store, entry, nameOf(entry))))
      else await sideBySide(waiting, atOnce, async (entry) => void inputs.set(entry, await fetch(entry)), { signal })
      // In their own order, whatever order they came in.
      const opened = await open(entries.map((entry) => inputs.get(entry) as FileInput))
      if (ranged) done += waiting.length
      tell({ opened, ...(early !== undefined && { replaces: early }) })
      shown ||= opened.items.length > 0
      if (early !== undefined) opening.handles.delete(early)
      early = undefined
    }
  } catch (error) {
    // One image alone would pass for a series.
    if (early !== undefined) tell({ opened: nothing, replaces: early })
    throw error
  }
  if (listing.total === 0) throw new GantryError('not_found', 'The server has no images of this study.')
  return nothing
}

/** The browser keeps what does not fit into memory. */
async function fetched(store: Store, entry: Entry, signal: Signal): Promise<FileInput> {
  const { body } = await store.read(entry.path, undefined, { signal })
  const parts: Uint8Array<ArrayBuffer>[] = []
  for await (const chunk of body) parts.push(new Uint8Array(chunk))
  return blobInput(new Blob(parts), nameOf(entry))
}

/** What was read whole once is not fetched again. */
export function keptInput(input: FileInput): FileInput {
  let kept: FileInput | undefined
  return {
    name: input.name,
    size: input.size,
    async read(range, options = {}) {
      if (kept === undefined && range === undefined) {
        const bytes = await collect(await input.read(undefined, options), input.size)
        kept = blobInput(new Blob([new Uint8Array(bytes)]), input.name)
      }
      return await (kept ?? input).read(range, options)
    },
  }
}

/** `series/instance.dcm`, by UIDs. */
function nameOf({ path }: Entry): string {
  const named = path.split('/').filter((_, at) => at % 2 === 1)
  return `${named.join('/')}.dcm`.replace(/\.dcm\.dcm$/u, '.dcm')
}

function outwards<One>(all: readonly One[], from: number): One[] {
  const at = all.map((one, index) => ({ one, far: Math.abs(index - from) }))
  return at.sort((a, b) => a.far - b.far).map(({ one }) => one)
}
