import type { Bytes } from '@gantry/core/driver'

import type { KeptText } from '../bytes/kept-text.ts'
import type { MetadataDocument } from '../metadata/series-metadata.ts'

/** Text of which no more than a piece is there at a time. */
export interface LongText {
  /** Bytes. */
  readonly size: number
  pieces(): Bytes & AsyncGenerator<Uint8Array, void, undefined>
}

const encoder = new TextEncoder()

/** A document as it is written, with some instances more; what is there stays as it is, and comes first. */
export function documentText(
  { fields, ofCod, records }: MetadataDocument,
  more: ReadonlyMap<string, KeptText> = new Map(),
): LongText {
  const there = [...records].filter(([key]) => !more.has(key))
  const parts = [
    '{',
    ...[...fields].flatMap(([name, text]) => [nameOf(name), text, ',']),
    '"cod":{',
    ...[...ofCod].flatMap(([name, text]) => [nameOf(name), text, ',']),
    '"instances":{',
    ...[...there, ...more].flatMap(([key, text], index) => [`${index === 0 ? '' : ','}${nameOf(key)}`, text]),
    '}}}',
  ].map((part) => (typeof part === 'string' ? encoder.encode(part) : part))
  return {
    size: parts.reduce((sum, part) => sum + ('size' in part ? part.size : part.length), 0),
    async *pieces() {
      for (const part of parts) {
        if ('size' in part) yield* part.pieces()
        else yield part
      }
    },
  }
}

/** A field's name, with what stands between it and its value. */
export function nameOf(field: string): string {
  return `${JSON.stringify(field)}:`
}
