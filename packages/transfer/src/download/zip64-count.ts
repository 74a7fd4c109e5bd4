import { GantryError } from '@gantry/core'

/** What 16 bits cannot count: the record's field then says that another one does (APPNOTE.TXT 4.4.1.4). */
const uncountable = 0xff_ff
const unaddressable = 0xff_ff_ff_ff
const endLength = 22
const zip64Length = 76

interface Sized {
  readonly name: string
  readonly size: number
}

/** Bytes that `withCount` adds: where a zip has ZIP64 records for its sizes or offsets already, they count its files too. */
export function countLength(members: readonly Sized[]): number {
  if (members.length < uncountable) return 0
  const encoder = new TextEncoder()
  let offset = 0
  for (const { name, size } of members) {
    if (size >= unaddressable) return 0
    // Header, name and data descriptor.
    offset += 46 + encoder.encode(name).length + size
  }
  return offset >= unaddressable ? 0 : zip64Length
}

/**
 * Adds the ZIP64 records (APPNOTE.TXT 4.3.14, 4.3.15) to a zip of too many files whose sizes and offsets did not call for
 * them: client-zip writes 65,535 as their number, and no more.
 */
export async function* withCount(
  chunks: AsyncIterable<Uint8Array>,
  members: readonly Sized[],
): AsyncGenerator<Uint8Array, void, undefined> {
  if (countLength(members) === 0) {
    yield* chunks
    return
  }
  let last: Uint8Array | undefined
  for await (const chunk of chunks) {
    if (last !== undefined) yield last
    last = chunk
  }
  if (last?.length !== endLength) throw new GantryError('internal', 'The zip does not end as it should.')
  const end = new DataView(last.buffer, last.byteOffset, last.length)
  const [size, offset] = [BigInt(end.getUint32(12, true)), BigInt(end.getUint32(16, true))]
  const count = BigInt(members.length)
  const record = new DataView(new ArrayBuffer(zip64Length))
  record.setUint32(0, 0x06_06_4b_50, true)
  record.setBigUint64(4, 44n, true)
  record.setUint16(12, 45, true)
  record.setUint16(14, 45, true)
  record.setBigUint64(24, count, true)
  record.setBigUint64(32, count, true)
  record.setBigUint64(40, size, true)
  record.setBigUint64(48, offset, true)
  record.setUint32(56, 0x07_06_4b_50, true)
  record.setBigUint64(64, offset + size, true)
  record.setUint32(72, 1, true)
  yield new Uint8Array(record.buffer)
  yield last
}
