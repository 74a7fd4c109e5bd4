import { createRequire } from 'node:module'

interface Encoder {
  getDecodedBuffer(info: object): Uint8Array
  getEncodedBuffer(): Uint8Array
  /** Of JPEG 2000; more than so small an image has room for are an error. */
  setDecompositions?(count: number): void
  encode(): void
  delete(): void
}

type Module = (options: object) => Promise<{ readonly [name: string]: new () => Encoder }>

const require = createRequire(import.meta.url)
const silent = { print: () => {}, printErr: () => {} }

/** Grey pixels of 8 bits, in a square, without loss: what the codecs of the decoders make of them. */
async function encoded(module: string, name: string, size: number, pixels: Uint8Array): Promise<Buffer> {
  const { [name]: EncoderClass } = await (require(module) as Module)({ ...silent })
  if (EncoderClass === undefined) throw new Error('There is no such encoder.')
  const encoder = new EncoderClass()
  const info = { width: size, height: size, bitsPerSample: 8, componentCount: 1, isSigned: false }
  encoder.getDecodedBuffer(info).set(pixels)
  encoder.setDecompositions?.(1)
  encoder.encode()
  const bytes = Buffer.from(encoder.getEncodedBuffer())
  encoder.delete()
  return bytes
}

export async function encodeJpegLs(size: number, pixels: Uint8Array): Promise<Buffer> {
  return await encoded('@cornerstonejs/codec-charls/wasmjs', 'JpegLSEncoder', size, pixels)
}

export async function encodeJpeg2000(size: number, pixels: Uint8Array): Promise<Buffer> {
  return await encoded('@cornerstonejs/codec-openjpeg/wasmjs', 'J2KEncoder', size, pixels)
}
