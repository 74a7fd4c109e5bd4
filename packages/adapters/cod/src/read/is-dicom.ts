/** Bytes of a preamble and its magic (PS3.10 7.1): how many tell whether a file begins here. */
export const magicEnd = 132

/** Whether the file that these are the first bytes of is one of DICOM's; its preamble may hold anything. */
export function isDicom(bytes: Uint8Array): boolean {
  return bytes[128] === 0x44 && bytes[129] === 0x49 && bytes[130] === 0x43 && bytes[131] === 0x4d
}
