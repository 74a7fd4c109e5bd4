import { type DicomHeader, dicomJsonText } from '@gantry/dicom'

import type { Stored } from '../catalog/catalog.ts'
import { computed } from '../catalog/levels.ts'
import type { Ask } from '../http/exchange.ts'

/** How long others wait for their turn, in milliseconds. */
const longestTurn = 20

/** The metadata of an instance, made and not yet sent. */
export interface HeaderText {
  /** Of the header that they are made of. */
  readonly headerBytes: number
  /** JSON behind a comma. */
  readonly chunks: readonly Uint8Array[]
}

/** A long header is converted piece by piece, and others have their turn between. */
export async function headerText(
  header: DicomHeader,
  { uid, study, series, syntax }: Pick<Stored, 'study' | 'series' | 'uid' | 'syntax'>,
  { root, signal }: Pick<Ask, 'root' | 'signal'>,
): Promise<HeaderText> {
  const base = bulkDataBase(root, { study, series, uid })
  const pieces = dicomJsonText(
    header,
    { bulkDataURI: ({ path }) => `${base}/${path}` },
    { [computed.syntax]: { vr: 'UI', Value: [syntax] } },
  )
  const encoder = new TextEncoder()
  const chunks: Uint8Array[] = []
  let started = performance.now()
  for (const piece of pieces) {
    chunks.push(encoder.encode(chunks.length === 0 ? `,${piece}` : piece))
    if (performance.now() - started < longestTurn) continue
    await new Promise<void>((resolve) => void setTimeout(resolve, 0))
    signal.throwIfAborted()
    started = performance.now()
  }
  return { headerBytes: header.end, chunks }
}

export function bulkDataBase(root: string, { study, series, uid }: Pick<Stored, 'study' | 'series' | 'uid'>): string {
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
