import type { Bytes } from '@gantry/core/driver'

/** One instance on its way up. */
export interface BodyPart {
  readonly bytes: Bytes
  readonly size?: number | undefined
}

/** Names what parts are set apart by: nothing within them can be made to fit it. */
export function randomBoundary(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24))
  return `gantry-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

export function contentTypeOf(boundary: string): string {
  return `multipart/related; type="application/dicom"; boundary=${boundary}`
}

/** A body of many instances (PS3.18 8.6.1.2), one chunk after another, as they come. */
export async function* multipartBody(
  parts: AsyncIterable<BodyPart>,
  boundary: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const part of parts) {
    yield headOf(part.size, boundary)
    yield* part.bytes
    yield encode('\r\n')
  }
  yield tailOf(boundary)
}

/** Bytes of the whole, where those of every part are known. */
export function multipartSize(sizes: readonly (number | undefined)[], boundary: string): number | undefined {
  let total = tailOf(boundary).length
  for (const size of sizes) {
    if (size === undefined) return undefined
    total += headOf(size, boundary).length + size + 2
  }
  return total
}

function headOf(size: number | undefined, boundary: string): Uint8Array {
  const length = size === undefined ? '' : `Content-Length: ${size}\r\n`
  return encode(`--${boundary}\r\nContent-Type: application/dicom\r\n${length}\r\n`)
}

function tailOf(boundary: string): Uint8Array {
  return encode(`--${boundary}--\r\n`)
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
