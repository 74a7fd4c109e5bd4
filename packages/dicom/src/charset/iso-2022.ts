import { type CodeSet, escapes } from './code-sets.ts'

/** What is in force at the start of a value, and again after each delimiter. */
export interface InitialSets {
  readonly G0: CodeSet
  readonly G1: CodeSet
}

const escape = 0x1b

/**
 * Decodes text that may switch its code sets (PS3.5 6.1.2.5). `delimiters` are characters that end what was switched
 * to and are kept as they are, whatever the set has in their place; within a two byte set their codes are no
 * delimiters.
 */
export function decodeISO2022(bytes: Uint8Array, initial: InitialSets, delimiters: string): string {
  let { G0, G1 } = initial
  let text = ''
  let at = 0
  while (at < bytes.length) {
    const byte = bytes[at] as number
    if (byte === escape) {
      const found = escapes.find(([sequence]) => startsWith(bytes, at + 1, sequence))
      if (found !== undefined) {
        const [sequence, set] = found
        if (set.plane === 'G0') G0 = set
        else G1 = set
        at += 1 + sequence.length
        continue
      }
    }
    if (byte < 0x20 || (G0.width === 1 && byte < 0x80 && delimiters.includes(String.fromCharCode(byte)))) {
      ;({ G0, G1 } = initial)
      text += String.fromCharCode(byte)
      at += 1
      continue
    }
    const set = byte < 0x80 ? G0 : G1
    const end = runEnd(bytes, at, set, delimiters)
    text += set.decode(bytes.subarray(at, end))
    at = end
  }
  return text
}

/** Where the bytes of one plane end: at the other plane, a control character, or a delimiter. */
function runEnd(bytes: Uint8Array, start: number, set: CodeSet, delimiters: string): number {
  let at = start
  while (at < bytes.length) {
    const byte = bytes[at] as number
    if (byte < 0x20 || byte < 0x80 !== (set.plane === 'G0')) break
    if (at > start && set.plane === 'G0' && set.width === 1 && delimiters.includes(String.fromCharCode(byte))) break
    at += set.plane === 'G0' ? set.width : 1
  }
  return Math.min(at, bytes.length)
}

function startsWith(bytes: Uint8Array, at: number, sequence: string): boolean {
  for (let index = 0; index < sequence.length; index += 1) {
    if (bytes[at + index] !== sequence.charCodeAt(index)) return false
  }
  return true
}
