/** Bytes put together from numbers and texts, for headers that tests write themselves. */
export class Binary {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly #view: DataView
  readonly #little: boolean

  constructor(length: number, littleEndian = true) {
    this.bytes = new Uint8Array(length)
    this.#view = new DataView(this.bytes.buffer)
    this.#little = littleEndian
  }

  int16(at: number, ...values: readonly number[]): this {
    for (const [index, value] of values.entries()) this.#view.setInt16(at + 2 * index, value, this.#little)
    return this
  }

  int32(at: number, ...values: readonly number[]): this {
    for (const [index, value] of values.entries()) this.#view.setInt32(at + 4 * index, value, this.#little)
    return this
  }

  int64(at: number, ...values: readonly number[]): this {
    for (const [index, value] of values.entries()) this.#view.setBigInt64(at + 8 * index, BigInt(value), this.#little)
    return this
  }

  float32(at: number, ...values: readonly number[]): this {
    for (const [index, value] of values.entries()) this.#view.setFloat32(at + 4 * index, value, this.#little)
    return this
  }

  float64(at: number, ...values: readonly number[]): this {
    for (const [index, value] of values.entries()) this.#view.setFloat64(at + 8 * index, value, this.#little)
    return this
  }

  text(at: number, text: string): this {
    this.bytes.set(new TextEncoder().encode(text), at)
    return this
  }
}

export function textBytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
