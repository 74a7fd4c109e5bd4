import { GantryError } from '@gantry/core/driver'

export type Value = string | number | Uint8Array | null

const leafTable = 13
const interiorTable = 5
const deepest = 40

/** The rows of one table of a database file, in its order; `undefined` where there is no such table. */
export function* readRows(file: Uint8Array, table: string): Generator<readonly Value[], boolean, undefined> {
  const database = new Database(file)
  for (const [type, name, , root] of database.rows(1, 0)) {
    if (type !== 'table' || name !== table || typeof root !== 'number') continue
    yield* database.rows(root, 0)
    return true
  }
  return false
}

/** As much of the file format as reading tables takes. Files come from anywhere: all that they say is checked. */
class Database {
  readonly #file: Uint8Array
  readonly #view: DataView
  readonly #pageSize: number
  readonly #usable: number
  #left: number

  constructor(file: Uint8Array) {
    if (file.length < 512 || new TextDecoder().decode(file.subarray(0, 15)) !== 'SQLite format 3') throw damaged()
    this.#file = file
    this.#view = new DataView(file.buffer, file.byteOffset, file.byteLength)
    const size = this.#view.getUint16(16)
    this.#pageSize = size === 1 ? 65_536 : size
    if (this.#pageSize < 512) throw damaged()
    this.#usable = this.#pageSize - this.#byte(20)
    // A page that leads to itself must not be followed for ever.
    this.#left = 4 * Math.ceil(file.length / this.#pageSize) + 16
  }

  *rows(page: number, depth: number): Generator<readonly Value[], void, undefined> {
    this.#left -= 1
    const base = (page - 1) * this.#pageSize
    if (page < 1 || base + this.#pageSize > this.#file.length || depth > deepest || this.#left < 0) throw damaged()
    const header = page === 1 ? base + 100 : base
    const kind = this.#byte(header)
    const count = this.#view.getUint16(header + 3)
    const pointers = header + (kind === interiorTable ? 12 : 8)
    if (kind !== leafTable && kind !== interiorTable) throw damaged()
    for (let cell = 0; cell < count; cell += 1) {
      const at = base + this.#short(pointers + 2 * cell)
      if (kind === interiorTable) yield* this.rows(this.#long(at), depth + 1)
      else yield this.#record(this.#payload(at))
    }
    if (kind === interiorTable) yield* this.rows(this.#long(header + 8), depth + 1)
  }

  /** What does not fit into its page goes on in others. */
  #payload(at: number): Uint8Array {
    const [length, afterLength] = this.#varint(this.#file, at)
    const [, start] = this.#varint(this.#file, afterLength)
    if (length > this.#file.length) throw damaged()
    const most = this.#usable - 35
    if (length <= most) return this.#slice(start, length)
    const least = Math.floor(((this.#usable - 12) * 32) / 255) - 23
    const fits = least + ((length - least) % (this.#usable - 4))
    const local = fits <= most ? fits : least
    const payload = new Uint8Array(length)
    payload.set(this.#slice(start, local))
    let next = this.#long(start + local)
    for (let filled = local; filled < length;) {
      this.#left -= 1
      const base = (next - 1) * this.#pageSize
      if (next < 1 || this.#left < 0) throw damaged()
      const piece = this.#slice(base + 4, Math.min(length - filled, this.#usable - 4))
      payload.set(piece, filled)
      filled += piece.length
      next = this.#long(base)
    }
    return payload
  }

  #record(payload: Uint8Array): Value[] {
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
    const [headerLength, first] = this.#varint(payload, 0)
    const values: Value[] = []
    let body = headerLength
    for (let at = first; at < headerLength;) {
      const [type, next] = this.#varint(payload, at)
      at = next
      const length = lengthOf(type)
      if (body + length > payload.length) throw damaged()
      values.push(valueOf(type, view, body, payload.subarray(body, body + length)))
      body += length
    }
    return values
  }

  #varint(bytes: Uint8Array, at: number): [value: number, next: number] {
    let value = 0
    for (let index = 0; index < 8; index += 1) {
      const byte = bytes[at + index]
      if (byte === undefined) throw damaged()
      value = value * 128 + (byte & 127)
      if (byte < 128) return [value, at + index + 1]
    }
    throw damaged()
  }

  #slice(start: number, length: number): Uint8Array {
    if (start < 0 || start + length > this.#file.length) throw damaged()
    return this.#file.subarray(start, start + length)
  }

  #byte(at: number): number {
    return this.#slice(at, 1)[0] as number
  }

  #short(at: number): number {
    this.#slice(at, 2)
    return this.#view.getUint16(at)
  }

  #long(at: number): number {
    this.#slice(at, 4)
    return this.#view.getUint32(at)
  }
}

function lengthOf(type: number): number {
  if (type >= 12) return Math.floor((type - 12) / 2)
  return [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0][type] ?? 0
}

function valueOf(type: number, view: DataView, at: number, bytes: Uint8Array): Value {
  if (type >= 13 && type % 2 === 1) return new TextDecoder().decode(bytes)
  if (type >= 12) return bytes
  if (type === 7) return view.getFloat64(at)
  if (type === 8 || type === 9) return type - 8
  if (type === 0 || type > 9) return null
  let value = 0n
  for (const byte of bytes) value = value * 256n + BigInt(byte)
  return Number(BigInt.asIntN(8 * bytes.length, value))
}

function damaged(): GantryError {
  return new GantryError('integrity', 'The index is damaged.', { retryable: false })
}
