import { compileSelection, type Entry, type ListOptions, needsHeader, type Selection, type Store } from '@gantry/core'
import { orderedMap } from '@gantry/core/side-by-side'
import type { Identify, NamedImages } from '@gantry/transfer'

import { loadIdentify } from '../jobs/job-parts.ts'

export interface SelectOptions {
  readonly signal: AbortSignal
  /** Read every header, also where the selection does not ask for it. */
  readonly identify?: Identify | undefined
  /** Sees what is selected. */
  readonly named?: NamedImages | undefined
  readonly onRefused?: ListOptions['onRefused']
  /** Told of what is DICOM and cannot be read, unless what was read of it says that it is not selected; it is not among the selected, where its header decides. */
  readonly onFlaw?: ((path: string, flaw: string) => void) | undefined
}

/** Headers read at a time. */
const atOnce = 16

/** Entries of a store that are selected; their headers are read where the selection asks for what they say. */
export async function* selectEntries(
  store: Store,
  selection: Selection,
  { signal, identify, named, onRefused, onFlaw }: SelectOptions,
): AsyncGenerator<Entry, void, undefined> {
  const listed = store.list(selection, { signal, ...(onRefused !== undefined && { onRefused }) })
  const matches = compileSelection(selection, { headers: true })
  const holdsPath = compileSelection(selection, { headers: false })
  const reading = identify ?? (needsHeader(selection) ? await loadIdentify() : undefined)
  const look = async (entry: Entry): Promise<Entry | undefined> => {
    if (reading === undefined || (entry.image !== undefined && entry.attributes !== undefined)) return entry
    const { flaw, partly, ...told } = (await reading(store, entry, { signal })) ?? {}
    const whole = { ...entry, ...told }
    if (flaw === undefined || onFlaw === undefined || !holdsPath(entry)) return whole
    if (!needsHeader(selection)) {
      onFlaw(entry.path, flaw)
      return whole
    }
    const { mayBeMeant } = await import('@gantry/transfer')
    if (!mayBeMeant(selection, { ...whole, flaw, partly })) return whole
    // Whatever the time of the file says: of an image, its own day counts, and nobody knows it.
    onFlaw(entry.path, flaw)
    return undefined
  }
  for await (const entry of orderedMap(listed, reading === undefined ? 1 : atOnce, look)) {
    if (entry === undefined || !matches(entry)) continue
    named?.see(entry)
    yield entry
  }
}
