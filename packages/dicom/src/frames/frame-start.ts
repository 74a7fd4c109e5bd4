/** Whether a fragment begins with what a frame begins with. */
export type IsFrameStart = (first: Uint8Array) => boolean

const jpeg: IsFrameStart = (first) => startsWith(first, [0xff, 0xd8, 0xff])

/** A codestream (SOC and SIZ), or the JP2 file around it that some writers leave. */
const jpeg2000: IsFrameStart = (first) =>
  startsWith(first, [0xff, 0x4f, 0xff, 0x51]) || startsWith(first, [0x00, 0x00, 0x00, 0x0c, 0x6a, 0x50, 0x20, 0x20])

const jpegXL: IsFrameStart = (first) =>
  startsWith(first, [0xff, 0x0a]) || startsWith(first, [0x00, 0x00, 0x00, 0x0c, 0x4a, 0x58, 0x4c, 0x20])

/** The header of a frame: number of segments, the first at 64, the others in order, the unused ones 0 (PS3.5 G.5). */
const rle: IsFrameStart = (first) => {
  if (first.length < 64) return false
  const view = new DataView(first.buffer, first.byteOffset, 64)
  const segments = view.getUint32(0, true)
  if (segments < 1 || segments > 15 || view.getUint32(4, true) !== 64) return false
  for (let index = 1; index < 15; index += 1) {
    const offset = view.getUint32(4 + 4 * index, true)
    if (index < segments ? offset <= view.getUint32(4 * index, true) : offset !== 0) return false
  }
  return true
}

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, index) => bytes[index] === byte)
}

const jpegFamily = '1.2.840.10008.1.2.4.'

/** By transfer syntax; `undefined` where frames do not begin with anything that tells. */
export function frameStartOf(transferSyntaxUID: string): IsFrameStart | undefined {
  if (transferSyntaxUID === '1.2.840.10008.1.2.5') return rle
  if (!transferSyntaxUID.startsWith(jpegFamily)) return undefined
  const number = Number(transferSyntaxUID.slice(jpegFamily.length))
  if (number >= 50 && number <= 81) return jpeg
  if ((number >= 90 && number <= 95) || (number >= 201 && number <= 205)) return jpeg2000
  return number >= 110 && number <= 112 ? jpegXL : undefined
}

/** MPEG-2, MPEG-4 and HEVC: one stream for all frames (PS3.5 A.4.5 and on). */
export function isVideo(transferSyntaxUID: string): boolean {
  return /^1\.2\.840\.10008\.1\.2\.4\.10[0-9](?:\.1)?$/u.test(transferSyntaxUID)
}
