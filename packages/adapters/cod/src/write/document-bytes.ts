import type { MetadataDocument } from '../metadata/series-metadata.ts'
import { concat } from '../sqlite/record.ts'
import type { Recorded } from './recorded.ts'

/** A document as it is written, with some instances more; what is there stays as it is, and comes first. */
export function documentBytes(document: MetadataDocument, more: ReadonlyMap<string, Recorded>): Uint8Array {
  const { cod, ...rest } = document
  const { instances, ...others } = cod
  const encoder = new TextEncoder()
  const there = Object.entries(instances).filter(([key]) => !more.has(key))
  const pieces: Uint8Array[] = [encoder.encode(`{${fieldsOf(rest)}"cod":{${fieldsOf(others)}"instances":{`)]
  for (const [key, record] of there) pieces.push(encoder.encode(`${nameOf(key)}${JSON.stringify(record)}`), comma)
  for (const [key, { bytes }] of more) pieces.push(encoder.encode(nameOf(key)), bytes, comma)
  if (pieces.length > 1) pieces.pop()
  return concat([...pieces, encoder.encode('}}}')])
}

const comma = new TextEncoder().encode(',')

/** Each with a comma behind it. */
function fieldsOf(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${nameOf(name)}${JSON.stringify(value)},`)
    .join('')
}

function nameOf(field: string): string {
  return `${JSON.stringify(field)}:`
}
