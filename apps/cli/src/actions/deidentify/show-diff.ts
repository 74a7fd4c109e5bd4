import type { Store } from '@gantry/core'
import { burnedInWarnings, type Change, type Deidentifier } from '@gantry/deidentify'
import { attributesOf, type DicomHeader, entrySource, keywordOfTag, readHeader, tagOfKeyword } from '@gantry/dicom'
import type { JournalEntry } from '@gantry/transfer'

import type { Context } from '../../context.ts'
import { toJsonLine } from '../../render/json.ts'
import { renderTable } from '../../render/table.ts'
import { printable, shorten } from '../../render/text.ts'

const specificCharacterSet = 0x00080005
/** Columns of a value: more of it tells little. */
const widest = 40

/**
 * Shows what would become of the first image of every folder of the destination: one of a series is much like the other.
 * On a terminal with the values, which is what a person asks a dry run for; programs and files get attributes alone.
 */
export function diffing(context: Context, deidentifier: Deidentifier, from: Store) {
  const { io, options, signal, style } = context
  const shown = new Set<string>()
  return async ({ source, target }: JournalEntry): Promise<void> => {
    const folder = target.slice(0, target.lastIndexOf('/') + 1)
    if (shown.has(folder) || options.quiet) return
    shown.add(folder)
    const header = await readHeader(entrySource(from, source, { signal }), {
      longestValue: 64 * 1024 * 1024,
      checkPixelData: false,
    })
    const changes = deidentifier.diff(header)
    const warnings = burnedInWarnings(header)
    if (options.json) {
      const told = changes.map((change) => ({ attribute: nameOf(change), doing: change.doing }))
      io.stdout.write(toJsonLine({ type: 'diff', target, changes: told, warnings }))
      return
    }
    const changed = changes.filter(({ doing }) => doing !== 'kept')
    const { isTerminal } = io.stdout
    const rows = changed.map((change) => [
      nameOf(change),
      change.doing,
      ...(isTerminal ? [before(header, change), after(change)] : []),
    ])
    const head = isTerminal ? ['attribute', '', 'before', 'after'] : ['attribute', '']
    io.stdout.write(`${renderTable(head, rows, style.stdout, isTerminal ? io.stdout.columns : undefined)}\n`)
    io.stdout.write(`${changes.length - changed.length} attributes stay as they are.\n`)
    for (const { reason } of warnings) io.stdout.write(`${style.stdout.yellow('burned-in text?')} ${reason}\n`)
  }
}

/** `ReferencedImageSequence[1].ReferencedSOPInstanceUID` */
function nameOf({ element, within }: Change): string {
  const around = within.map(([tag, item]) => `${keywordOr(tag)}[${item}].`)
  return `${around.join('')}${keywordOr(element.tag)}`
}

function keywordOr(tag: number): string {
  const hex = tag.toString(16).padStart(8, '0').toUpperCase()
  return keywordOfTag(tag) ?? `(${hex.slice(0, 4)},${hex.slice(4)})`
}

function before(header: DicomHeader, { element }: Change): string {
  const keyword = keywordOfTag(element.tag)
  const charset = header.elements.filter(({ tag }) => tag === specificCharacterSet)
  const known = keyword !== undefined && tagOfKeyword(keyword) === element.tag
  const text = known ? attributesOf([...charset, element], [keyword])[keyword] : undefined
  if (text !== undefined) return shorten(printable(text), widest)
  const { length = element.value?.length ?? 0 } = element
  return element.vr === 'SQ' ? 'a sequence' : length === 0 ? '' : `${length} bytes`
}

function after({ doing, after: value }: Change): string {
  return doing === 'removed' ? '' : shorten(printable(value ?? ''), widest)
}
