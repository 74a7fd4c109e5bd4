import type { DicomHeader, HeaderSource } from '@gantry/dicom'

import type { BodyPrefix } from './body-prefix.ts'
import { readHeaderOf } from './describe-instance.ts'
import { headLength } from './describe-header.ts'

/** A header, and the first bytes of its file. */
export interface ReadHeader {
  readonly header: DicomHeader
  readonly bytes: Uint8Array
}

/** The header of a file that passes; what is too long to be held is read from where the file is besides. */
export async function readPassing(prefix: BodyPrefix, stored: HeaderSource): Promise<ReadHeader> {
  try {
    return { header: await readHeaderOf(prefix), bytes: prefix.bytes }
  } catch (error) {
    if (!prefix.full) throw error
    return await readSparsely(stored)
  }
}

/** A header, and the first bytes of the file with zeros for what was not read: long values, but for how they begin. */
export async function readSparsely(source: HeaderSource): Promise<ReadHeader> {
  const seen: { readonly start: number; readonly bytes: Uint8Array }[] = []
  const read = async (start: number, end: number) => {
    const bytes = await source.read(start, end)
    seen.push({ start, bytes })
    return bytes
  }
  const header = await readHeaderOf({ ...source, read })
  if (!header.transferSyntax.deflated) {
    for (const { offset, value } of header.elements) if (value === undefined) await read(offset, offset + headLength)
  }
  const bytes = new Uint8Array(seen.reduce((end, one) => Math.max(end, one.start + one.bytes.length), 0))
  for (const one of seen) bytes.set(one.bytes, one.start)
  return { header, bytes }
}
