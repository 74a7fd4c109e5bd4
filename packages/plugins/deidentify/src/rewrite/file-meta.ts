import { ElementWriter } from './element-writer.ts'

/** Names this de-identifier in the files that it writes (PS3.7 D.3.3.2). */
const implementationClassUID = '2.25.76399596870751136935773887281436044264'
const implementationVersionName = 'GANTRY_DEIDENT'

const explicitLittle = { explicit: true, bigEndian: false } as const

/**
 * Preamble and meta information (PS3.10 7.1) of a file that was made anew: nothing of what the source's own said, of
 * the applications that sent it or in the 128 bytes that are free.
 */
export function fileMeta(file: {
  readonly sopClassUID: string
  readonly sopInstanceUID: string
  readonly transferSyntaxUID: string
}): Uint8Array {
  const elements = new ElementWriter(explicitLittle, 512)
  elements.element(0x00020001, 'OB', Uint8Array.of(0, 1), explicitLittle)
  elements.text(0x00020002, 'UI', file.sopClassUID)
  elements.text(0x00020003, 'UI', file.sopInstanceUID)
  elements.text(0x00020010, 'UI', file.transferSyntaxUID)
  elements.text(0x00020012, 'UI', implementationClassUID)
  elements.text(0x00020013, 'SH', implementationVersionName)
  const length = new ElementWriter(explicitLittle, 16)
  const count = new Uint8Array(4)
  new DataView(count.buffer).setUint32(0, elements.length, true)
  length.element(0x00020000, 'UL', count, explicitLittle)
  const bytes = new Uint8Array(132 + length.length + elements.length)
  bytes.set([0x44, 0x49, 0x43, 0x4d], 128)
  bytes.set(length.bytes, 132)
  bytes.set(elements.bytes, 132 + length.length)
  return bytes
}
