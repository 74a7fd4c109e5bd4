import { type Entry, type ErrorCode, GantryError, type SerializableWorkspace, type Store } from '@gantry/core'
import { entryInput, type FileInput, type Geometry, geometryOf, loadFiles, type Volume, volumeOf } from '@gantry/share'
import { orderedMap } from '@gantry/core/side-by-side'

import type { Context } from '../../context.ts'
import { type SelectionFlags, toSelection } from '../../options/selection-options.ts'
import { namedIn } from '../../places/missing-images.ts'
import { openPlaces } from '../../places/open-places.ts'
import type { Place } from '../../places/places.ts'
import { refuseNested } from '../../places/refuse-nested.ts'
import { selectEntries } from '../../places/select-entries.ts'
import { parseGiven } from '../../places/store-options.ts'
import type { Failure } from '../../render/failures.ts'
import type { Meter } from '../../report/meter.ts'
import { type Beside, mayBeWorkspace, workspacesAt } from './find-workspaces.ts'

export interface FindFlags extends SelectionFlags {
  readonly fromOption?: readonly string[]
  /** Without what `gantry open` wrote beside them. */
  readonly imagesOnly?: boolean
}

/** What the places hold that can be shared, and what they hold besides. */
export interface FoundImages {
  readonly volumes: readonly Volume[]
  readonly geometries: readonly Geometry[]
  /** As they were shared before, with what was drawn; what they name is not among the volumes and geometries. */
  readonly workspaces: readonly SerializableWorkspace[]
  /** Files that are in none of these. */
  readonly leftOut: readonly Failure[]
  /** What was named by its UID and is in none of the places. */
  readonly missing: readonly Failure[]
  /** What is odd about files that are shared nevertheless. */
  readonly remarks: readonly Failure[]
  close(): Promise<void>
}

/** Looks at the headers of all files that are selected; what the sources of workspaces name is put into `besides`. */
export async function findImages(
  context: Context,
  named: readonly string[],
  flags: FindFlags,
  {
    to,
    besides,
    meter,
  }: { readonly to: Place | undefined; readonly besides: Map<string, Store>; readonly meter: Meter },
): Promise<FoundImages> {
  const { signal } = context
  const places = await openPlaces(context)
  const stores: Store[] = []
  const close = async () => void (await Promise.all(stores.map(async (store) => await store.close())))
  try {
    const inputs: FileInput[] = []
    const refused: Failure[] = []
    const maybe: { readonly path: string; readonly place: Omit<Beside, 'names'> }[] = []
    const images = await namedIn(toSelection(flags))
    for (const text of named) {
      const place = await places.openExisting(text, parseGiven(flags.fromOption ?? []))
      stores.push(place.store)
      if (to !== undefined) await refuseNested(place, to)
      // Of several folders, each keeps its name: their files may be called alike.
      const base = named.length > 1 && place.entry === undefined ? `${lastSegment(place.store.url)}/` : ''
      const onRefused = (path: string, why: GantryError) => void refused.push(failed(path, why.code, why.message))
      const options = { signal, named: images, onRefused }
      const selected = selectEntries(place.store, toSelection(flags, place.entry), options)
      for await (const entry of orderedMap(selected, atOnce, async (one) => await measured(place.store, one, signal))) {
        inputs.push(entryInput(place.store, entry, `${base}${entry.path}`))
        if (flags.imagesOnly === true || place.entry !== undefined || !mayBeWorkspace(entry.path)) continue
        const url = `file:place-${stores.length}`
        besides.set(url, place.store)
        maybe.push({ path: entry.path, place: { store: place.store, url, base } })
      }
    }
    meter.begin('Looking at files', 'files')
    const found = await loadFiles(inputs, { signal, onProgress: (progress) => meter.update(progress) })
    const names = new Set(inputs.map(nameOf))
    const looked = await Promise.all(
      maybe.map(async ({ path, place }) => await workspacesAt(path, { ...place, names }, signal)),
    )
    const beside = looked.filter((one) => one !== undefined)
    const inWorkspaces = new Set(beside.flatMap(({ name, files }) => [name, ...files]))
    const isNamed = ({ entries }: { readonly entries: readonly { readonly name: string }[] }) =>
      entries.every(({ name }) => inWorkspaces.has(name))
    const used = new Set([...found.volumes, ...found.geometries].flatMap(({ entries }) => entries.map(nameOf)))
    for (const name of inWorkspaces) used.add(name)
    const missing = images?.missing() ?? []
    const problems = found.problems.map(({ name, code, message }) => failed(name, code, message))
    const others = found.others.map(({ name, kind }) => failed(name, 'unsupported', whyNot(kind)))
    return {
      volumes: found.volumes.filter((one) => !isNamed(one)).map((one) => volumeOf(one)),
      geometries: found.geometries.filter((one) => !isNamed(one)).map((one) => geometryOf(one)),
      workspaces: beside.flatMap(({ workspaces }) => workspaces),
      leftOut: [...refused, ...[...others, ...problems].filter(({ path }) => !used.has(path))],
      missing: missing.map(({ path, message }) => failed(path, 'not_found', message)),
      remarks: problems.filter(({ path }) => used.has(path) && !inWorkspaces.has(path)),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Of a DICOM file that becomes no volume. */
function whyNot(kind: string): string {
  if (kind === 'slide') return 'An image of a slide: those are not shared.'
  return `A DICOM file without an image (${kind}).`
}

/** Of what is measured, side by side. */
const atOnce = 8

/** What is encrypted has a length beforehand: where the place does not tell it, as DICOMweb does not, it is read for it. */
async function measured(store: Store, entry: Entry, signal: AbortSignal): Promise<Entry> {
  if (entry.size !== undefined) return entry
  let size = 0
  const { body } = await store.read(entry, undefined, { signal })
  for await (const { length } of body) size += length
  return { ...entry, size }
}

/** Nothing of what was asked for can be shared. */
export function nothingToShare({ leftOut, missing }: Pick<FoundImages, 'leftOut' | 'missing'>): GantryError {
  const [gone] = missing
  if (gone !== undefined && leftOut.length === 0) return new GantryError(gone.code, gone.message)
  const [first] = leftOut
  const message =
    first === undefined
      ? 'There are no files to share: check the place, and what is selected.'
      : 'There is no volume or geometry in the files, so that nothing is shared.'
  const codes = new Set(leftOut.map(({ code }) => code))
  return new GantryError(codes.size === 1 && first !== undefined ? first.code : 'invalid', message)
}

function failed(path: string, code: ErrorCode, message: string): Failure {
  return { path, code, message }
}

function nameOf({ name }: { readonly name: string }): string {
  return name
}

function lastSegment(url: string): string {
  const segment = url.replace(/\/+$/u, '').split('/').at(-1) ?? ''
  const text = url.startsWith('file:') ? decodeURIComponent(segment) : segment
  return text === '' || /[:\\]/u.test(text) ? 'files' : text
}
