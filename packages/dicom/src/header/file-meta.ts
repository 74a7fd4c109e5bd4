export interface FileMeta {
  readonly sopClassUID: string
  readonly sopInstanceUID: string
  readonly transferSyntaxUID: string
  /** Of whoever writes the file (PS3.7 D.3.3.2). */
  readonly implementationClassUID: string
  /** At most 16 characters. */
  readonly implementationVersionName: string
}

/** Preamble and file meta information (PS3.10 7.1), to be followed by the data set. */
export function fileMeta(meta: FileMeta): Uint8Array<ArrayBuffer> {
  const version = [0x02, 0, 0x01, 0, ...ascii('OB'), 0, 0, 2, 0, 0, 0, 0, 1]
  const elements = [
    ...version,
    ...text(0x02, 'UI', meta.sopClassUID),
    ...text(0x03, 'UI', meta.sopInstanceUID),
    ...text(0x10, 'UI', meta.transferSyntaxUID),
    ...text(0x12, 'UI', meta.implementationClassUID),
    ...text(0x13, 'SH', meta.implementationVersionName),
  ]
  const groupLength = [0x02, 0, 0, 0, ...ascii('UL'), 4, 0, elements.length & 0xff, elements.length >>> 8, 0, 0]
  const preamble = new Uint8Array(128)
  return Uint8Array.from([...preamble, ...ascii('DICM'), ...groupLength, ...elements])
}

/** An element of group 0002, in explicit VR little endian. */
function text(element: number, vr: 'UI' | 'SH', value: string): number[] {
  const bytes = ascii(value)
  if (bytes.length % 2 === 1) bytes.push(vr === 'UI' ? 0 : 0x20)
  return [0x02, 0, element, 0, ...ascii(vr), bytes.length & 0xff, bytes.length >>> 8, ...bytes]
}

function ascii(value: string): number[] {
  return Array.from(value, (character) => character.charCodeAt(0) & 0x7f)
}
