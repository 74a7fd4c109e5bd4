import { collect, GantryError, isGantryError, type Signal } from '@gantry/core'
import { burnedInWarnings, type BurnedInReason, type Change, type Deidentifier } from '@gantry/deidentify'
import { attributesOf, type DicomHeader, keywordOfTag, readHeader, tagOfKeyword } from '@gantry/dicom'
import { type FileInput, type Geometry, Volume } from '@gantry/share'

import type { ReviewedChange, ReviewedItem } from './model.ts'
import type { CallContext } from './rpc.ts'

const specificCharacterSet = 0x00080005
/** As long as what de-identification takes: what it would change can be looked at. */
const longestValue = 64 * 1024 * 1024
/** Characters of a value that are shown. */
const longest = 120

/** Before anything is changed: what becomes of each attribute, and what may stand in the pixels. All files are looked at. */
export async function reviewItem(
  item: Volume | Geometry,
  deidentifier: Deidentifier,
  { signal }: CallContext,
  onFile: () => void,
): Promise<ReviewedItem> {
  const { id, files } = item
  // Two series of a study often have the same name.
  const kind = item instanceof Volume ? item.modality : undefined
  const name = kind === undefined || item.name === '' ? item.name : `${item.name} (${kind})`
  const found = { id, name, files: files.length }
  if (!isDicom(item)) return { ...found, changes: [], warnings: [], problem: 'not-dicom' }
  const rows = new Map<string, ReviewedChange>()
  const warnings = new Map<BurnedInReason, number>()
  try {
    for (const { input } of files) {
      const header = await headerOf(input, signal)
      for (const change of deidentifier.diff(header)) add(rows, change, header)
      for (const { reason } of burnedInWarnings(header)) warnings.set(reason, (warnings.get(reason) ?? 0) + 1)
      onFile()
    }
  } catch (error) {
    if (!isGantryError(error) || signal.aborted) throw error
    return { ...found, changes: [], warnings: [], problem: error.message }
  }
  return {
    ...found,
    changes: [...rows.values()].toSorted(byPatient),
    warnings: [...warnings].map(([reason, count]) => ({ reason, files: count })),
  }
}

/** Who it is first, because that is what people look for; the rest by tag. */
function byPatient({ tag: one }: ReviewedChange, { tag: other }: ReviewedChange): number {
  const first = Number(other.startsWith('(0010,')) - Number(one.startsWith('(0010,'))
  return first === 0 ? Number(one > other) - Number(one < other) : first
}

export function isDicom(item: Volume | Geometry): boolean {
  return item instanceof Volume && item.state.format === 'dicom'
}

async function headerOf(input: FileInput, signal: Signal): Promise<DicomHeader> {
  if (signal.aborted) throw new GantryError('cancelled', 'Stopped on request.')
  const read = async (start: number, end: number) =>
    await collect(await input.read({ start, end }, { signal }), end - start)
  return await readHeader({ size: input.size, read }, { longestValue, checkPixelData: false })
}

function add(rows: Map<string, ReviewedChange>, change: Change, header: DicomHeader): void {
  const { element, doing, within } = change
  const name = [...within.map(([tag]) => tag), element.tag].map(nameOf).join(' › ')
  const key = `${name} ${doing}`
  const known = rows.get(key)
  const before = textOf(change, header)
  if (known !== undefined) {
    rows.set(key, { ...known, files: known.files + 1, varies: known.varies || known.before !== before })
    return
  }
  const after = doing === 'removed' ? '' : doing === 'kept' ? before : shortened(change.after ?? '')
  rows.set(key, { name, tag: printed(within[0]?.[0] ?? element.tag), doing, before, after, files: 1, varies: false })
}

function textOf({ element }: Change, header: DicomHeader): string {
  const keyword = keywordOfTag(element.tag)
  const charset = header.elements.filter(({ tag }) => tag === specificCharacterSet)
  const standard = keyword !== undefined && tagOfKeyword(keyword) === element.tag
  const text = standard ? attributesOf([...charset, element], [keyword])[keyword] : undefined
  if (text !== undefined) return shortened(text)
  const { length = element.value?.length ?? 0 } = element
  return element.vr === 'SQ' || length === 0 ? '' : `${length} B`
}

function shortened(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

function nameOf(tag: number): string {
  return keywordOfTag(tag) ?? printed(tag)
}

function printed(tag: number): string {
  const hex = tag.toString(16).padStart(8, '0').toUpperCase()
  return `(${hex.slice(0, 4)},${hex.slice(4)})`
}
