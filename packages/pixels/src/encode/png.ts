import type { Picture } from '../render/scale.ts'

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)

/** A PNG of 8 bits a sample, grey or RGB (RFC 2083). */
export async function encodePng({ width, height, channels, data }: Picture): Promise<Uint8Array> {
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  header.set([8, channels === 1 ? 0 : 2, 0, 0, 0], 8)
  const body = await deflated(filtered(data, width * channels, height, channels))
  return joined([signature, chunk('IHDR', header), chunk('IDAT', body), chunk('IEND', new Uint8Array(0))])
}

/** Each row as the difference to the row above, or to the pixel before, whichever is smaller. */
function filtered(data: Uint8Array, row: number, height: number, channels: number): Uint8Array {
  const out = new Uint8Array((row + 1) * height)
  for (let line = 0; line < height; line += 1) {
    const start = line * row
    let [left, up] = [0, 0]
    for (let at = start; at < start + row; at += 1) {
      const value = data[at] as number
      left += Math.abs(((value - before(data, at, start, channels)) << 24) >> 24)
      up += Math.abs(((value - (line === 0 ? 0 : (data[at - row] as number))) << 24) >> 24)
    }
    const isUp = up < left
    const to = line * (row + 1)
    out[to] = isUp ? 2 : 1
    for (let at = start; at < start + row; at += 1) {
      const value = data[at] as number
      const other = isUp ? (line === 0 ? 0 : (data[at - row] as number)) : before(data, at, start, channels)
      out[to + 1 + at - start] = value - other
    }
  }
  return out
}

function before(data: Uint8Array, at: number, start: number, channels: number): number {
  return at - channels < start ? 0 : (data[at - channels] as number)
}

/** Zlib's format, by what browsers and Node both have. */
async function deflated(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new CompressionStream('deflate'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, data.length)
  for (let index = 0; index < 4; index += 1) bytes[4 + index] = type.charCodeAt(index)
  bytes.set(data, 8)
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)))
  return bytes
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit += 1) value = (value & 1) === 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
  return value
})

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (let at = 0; at < bytes.length; at += 1) {
    crc = (table[(crc ^ (bytes[at] as number)) & 0xff] as number) ^ (crc >>> 8)
  }
  return (crc ^ 0xffffffff) >>> 0
}
