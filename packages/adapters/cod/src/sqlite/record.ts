/** `real` stands for numbers that are stored as floats, whatever their value. */
export type Cell = string | number | { readonly real: number } | { readonly blob: Uint8Array }

const encoder = new TextEncoder()

/** A number in 1 to 9 bytes (SQLite file format, 1.6); ours need no more than 8. */
export function varint(value: number): number[] {
  const bytes = [value % 128]
  for (let left = Math.floor(value / 128); left > 0; left = Math.floor(left / 128)) bytes.unshift((left % 128) + 128)
  return bytes
}

/** One row in the record format (2.1). */
export function encodeRecord(cells: readonly Cell[]): Uint8Array {
  const types: number[] = []
  const bodies: Uint8Array[] = []
  for (const cell of cells) {
    const { type, body } = encodeCell(cell)
    types.push(...varint(type))
    bodies.push(body)
  }
  // The length of the header counts itself; ours take one byte for it, or two.
  const length = types.length + (types.length < 127 ? 1 : 2)
  return concat([Uint8Array.from([...varint(length), ...types]), ...bodies])
}

function encodeCell(cell: Cell): { readonly type: number; readonly body: Uint8Array } {
  if (typeof cell === 'string') {
    const body = encoder.encode(cell)
    return { type: 13 + 2 * body.length, body }
  }
  if (typeof cell === 'object' && 'blob' in cell) return { type: 12 + 2 * cell.blob.length, body: cell.blob }
  const body = new Uint8Array(8)
  const view = new DataView(body.buffer)
  if (typeof cell === 'object') {
    view.setFloat64(0, cell.real)
    return { type: 7, body }
  }
  if (cell === 0 || cell === 1) return { type: 8 + cell, body: body.subarray(0, 0) }
  view.setBigInt64(0, BigInt(cell))
  // Types 1 to 4 are as long as they are called; 5 is six bytes, 6 eight.
  const width = [1, 2, 3, 4, 6, 8].find((bytes) => Math.abs(cell) < 2 ** (8 * bytes - 1)) ?? 8
  return { type: width === 8 ? 6 : width === 6 ? 5 : width, body: body.subarray(8 - width) }
}

export function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
