import type { DicomJson } from '@gantry/core'
import { type DicomHeader, dicomJsonText, inTurns } from '@gantry/dicom'

import type { Stored } from '../catalog/catalog.ts'
import { computed } from '../catalog/levels.ts'
import type { Ask } from '../http/exchange.ts'

type Named = Pick<Stored, 'study' | 'series' | 'uid'>

/** The metadata of an instance, made and not yet sent. */
export interface HeaderText {
  /** Of the header that they are made of. */
  readonly headerBytes: number
  /** JSON behind a comma. */
  readonly chunks: readonly Uint8Array[]
}

/** A long header is converted piece by piece, and others have their turn between. */
function pieces(
  header: DicomHeader,
  instance: Named,
  { root, signal }: Pick<Ask, 'root' | 'signal'>,
  { isTold: wants = () => true, add }: { readonly isTold?: (tag: string) => boolean; readonly add: DicomJson },
): AsyncIterable<string> {
  const base = bulkDataBase(root, instance)
  return inTurns(dicomJsonText(header, { bulkDataURI: ({ path }) => `${base}/${path}`, wants }, add), { signal })
}

export async function headerText(
  header: DicomHeader,
  stored: Named & Pick<Stored, 'syntax'>,
  ask: Pick<Ask, 'root' | 'signal'>,
): Promise<HeaderText> {
  const encoder = new TextEncoder()
  const chunks: Uint8Array[] = []
  const add = { [computed.syntax]: { vr: 'UI', Value: [stored.syntax] } }
  for await (const piece of pieces(header, stored, ask, { add })) {
    chunks.push(encoder.encode(chunks.length === 0 ? `,${piece}` : piece))
  }
  return { headerBytes: header.end, chunks }
}

/** Of a header, what is told of it, and what is known otherwise: as one text. */
export async function headerJson(
  header: DicomHeader,
  instance: Named,
  ask: Pick<Ask, 'root' | 'signal'>,
  told: { readonly isTold: (tag: string) => boolean; readonly add: DicomJson },
): Promise<string> {
  let text = ''
  for await (const piece of pieces(header, instance, ask, told)) text += piece
  return text
}

function bulkDataBase(root: string, { study, series, uid }: Named): string {
  return `${root}/studies/${study}/series/${series}/instances/${uid}/bulkdata`
}

/** Bytes of `listBody`. */
export function listLength(texts: readonly HeaderText[]): number {
  return texts.reduce((sum, { chunks }) => chunks.reduce((all, { length }) => all + length, sum), 1)
}

/** A list of what follows in the JSON of instances; `sent` is told of each that is. */
export async function* listBody(
  texts: AsyncIterable<HeaderText> | Iterable<HeaderText>,
  sent: (text: HeaderText) => void = () => {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder()
  let isFirst = true
  for await (const text of texts) {
    const [first] = text.chunks
    if (isFirst && first !== undefined) first.set(encoder.encode('['))
    isFirst = false
    yield* text.chunks
    sent(text)
  }
  yield encoder.encode(isFirst ? '[]' : ']')
}
