import {
  type Attributes,
  compileSelection,
  type Entry,
  GantryError,
  isGantryError,
  needsAttributes,
  needsHeader,
  type Selection,
  type Store,
} from '@gantry/core'
import { checkGiven } from '@gantry/core/driver'
import { orderedMap } from '@gantry/core/side-by-side'

import type { Identified, Identify } from './job.ts'
import type { Refusal } from './journal/journal.ts'
import { mayBeMeant } from './may-be-meant.ts'
import { refusalOf } from './place-of.ts'
import { watchedPersistently } from './runner/watched-persistently.ts'
import { Watchdog } from './runner/watchdog.ts'

const unidentified = 'This selection asks for what images say of themselves: hand over `identify`, as of @gantry/dicom.'

/** Header reads at a time. */
const headersAtOnce = 16

export interface SelectedEntriesOptions {
  readonly from: Store
  readonly selection: Selection
  /** What may be selected; default: what the source lists. */
  readonly entries?: (() => AsyncIterable<Entry>) | undefined
  readonly identify?: Identify | undefined
  /** What is wanted to be known of images, beside what the selection asks for. */
  readonly wanted: {
    readonly image: boolean
    readonly attributes?: boolean
    /** Attributes as headers have them, also where the listing tells some. */
    readonly whole?: boolean
  }
  readonly signal: AbortSignal
  /** Makes one header read; default: a few times where that may help, and until it hangs. */
  readonly guard?: (<Value>(read: (signal: AbortSignal) => Promise<Value>) => Promise<Value>) | undefined
}

/** An entry that a selection holds. */
export interface SelectedEntry {
  readonly entry: Entry
  /** Why it cannot be moved: it is no entry, or what it is cannot be looked at. */
  readonly refusal?: Refusal
  /** Of what is DICOM and no image that can be read. */
  readonly flaw?: string | undefined
}

interface Identification extends SelectedEntry {
  readonly partly?: Attributes | undefined
}

/**
 * Entries of a source that a selection holds, with what their headers say where that is asked for; at the end what the
 * listing refuses. One whose header cannot be read comes with a refusal; throws what may pass and did not, `unauthenticated`,
 * and `invalid` where the selection asks for headers, and nothing tells them.
 */
export async function* selectedEntries(
  options: SelectedEntriesOptions,
): AsyncGenerator<SelectedEntry, void, undefined> {
  checkGiven(options, 'selectedEntries', { from: 'store', selection: 'object', wanted: 'object', signal: 'object' })
  const { from, selection, identify, signal } = options
  const refused: (Refusal & { readonly path: string })[] = []
  const onRefused = (path: string, why: Refusal) => void refused.push({ path, ...refusalOf(why) })
  const entries = options.entries?.() ?? from.list(selection, { signal, onRefused })
  const matches = compileSelection(selection, { headers: true })
  const attributes = needsAttributes(selection) || options.wanted.attributes === true
  if (identify !== undefined && (attributes || needsHeader(selection) || options.wanted.image)) {
    const holdsPath = compileSelection(selection, { headers: false })
    for await (const found of orderedMap(entries, headersAtOnce, reading(options, identify, attributes))) {
      // What it is cannot be told where it is refused, so neither can it be left out.
      if (found.refusal !== undefined || matches(found.entry)) yield found
      else if (holdsPath(found.entry) && mayBeMeant(selection, { ...found.entry, ...found }))
        yield { ...found, refusal: { code: 'integrity', message: found.flaw ?? '' } }
    }
  } else {
    // A store that is searched tells images as it lists them; of others it would look as if nothing had been meant.
    const untold = needsHeader(selection) && from.abilities.query !== true
    for await (const entry of entries) {
      if (untold && entry.image === undefined && entry.attributes === undefined)
        throw new GantryError('invalid', unidentified)
      if (matches(entry)) yield { entry }
    }
  }
  // What is no entry cannot be moved; whoever selects it is told all the same.
  for (const { path, ...refusal } of refused) {
    const entry = { path, size: 0 }
    const meant = refusal.code !== 'invalid' || matches({ ...entry, path: path.replace(/^\.\//u, '') })
    if (meant) yield { entry, refusal }
  }
}

/** An entry that cannot be opened is refused, which must not keep the others from being told. */
function reading(
  { from, signal, wanted, guard = guarded(signal) }: SelectedEntriesOptions,
  identify: Identify,
  attributes: boolean,
): (entry: Entry) => Promise<Identification> {
  return async (entry) => {
    // What the listing tells need not be read.
    const told = entry.attributes !== undefined && wanted.whole !== true
    if (entry.image !== undefined && (told || !attributes)) return { entry }
    let found: Identified | undefined
    try {
      found = await guard(async (own) => await identify(from, entry, { signal: own }))
    } catch (error) {
      if (!isGantryError(error) || signal.aborted || mayPass(error)) throw error
      return { entry, refusal: refusalOf(error) }
    }
    const { flaw, partly, ...says } = found ?? {}
    return { entry: { ...entry, ...says }, flaw, partly }
  }
}

/** Bytes that were wrong again and again are wrong where they are kept. */
function mayPass({ code, retryable }: GantryError): boolean {
  return code === 'unauthenticated' || (retryable && code !== 'integrity')
}

function guarded(signal: AbortSignal): NonNullable<SelectedEntriesOptions['guard']> {
  const watchdog = new Watchdog()
  return async (read) => await watchedPersistently(watchdog, signal, async (watched) => await read(watched.signal))
}
