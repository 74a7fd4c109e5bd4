import { GantryError } from '@gantry/core'

/** Headers longer than this are refused: room for hundreds of recipients. */
export const longestHeader = 65_536

/** What of a header tells which key opens it. */
export interface Stanza {
  /** The type, and what it needs. */
  readonly args: readonly string[]
}

/** The header of an age file, whose authenticity only its key can tell. */
export interface Header {
  readonly stanzas: readonly Stanza[]
  /** Bytes, up to and with the newline behind the MAC. */
  readonly length: number
}

const intro = 'age-encryption.org/v1'
const armor = '-----BEGIN AGE'
/** 64 columns of unpadded base64 are 48 bytes; what is shorter ends a stanza. */
const fullLine = /^[A-Za-z0-9+/]{64}$/u
const shortLine = /^(?:[A-Za-z0-9+/]{4}){0,15}(?:[A-Za-z0-9+/][AQgw]|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048])?$/u
const argumentsLine = /^-> [!-~]+(?: [!-~]+)*$/u
const macLine = /^--- [A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]$/u

/**
 * Reads the header that `bytes` begin with, by the letter of age-encryption.org/v1. Stanzas of unknown types are
 * passed over. What is no age file is `invalid`, an ASCII-armored one `unsupported`, a header that is cut off
 * `integrity`.
 */
export function parseHeader(bytes: Uint8Array): Header {
  const lines = new Lines(bytes)
  if (lines.startsWith(armor)) {
    throw new GantryError('unsupported', 'This is an age file in ASCII armor: remove the armor first.')
  }
  if (!lines.couldStartWith(`${intro}\n`)) throw invalid('This is no age file of version 1.')
  lines.next()
  const stanzas: Stanza[] = []
  for (;;) {
    const line = lines.next()
    if (line.startsWith('---')) {
      if (!macLine.test(line) || stanzas.length === 0) throw malformed()
      return { stanzas, length: lines.position }
    }
    if (!argumentsLine.test(line)) throw malformed()
    stanzas.push({ args: line.slice(3).split(' ') })
    let body = lines.next()
    while (fullLine.test(body)) body = lines.next()
    if (!shortLine.test(body)) throw malformed()
  }
}

class Lines {
  readonly #bytes: Uint8Array
  position = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  startsWith(text: string): boolean {
    return textOf(this.#bytes.subarray(0, text.length)) === text
  }

  /** Also what is too short to tell. */
  couldStartWith(text: string): boolean {
    const start = textOf(this.#bytes.subarray(0, text.length))
    return text.startsWith(start)
  }

  /** Without its newline. */
  next(): string {
    const end = this.#bytes.indexOf(0x0a, this.position)
    if (end >= longestHeader || (end < 0 && this.#bytes.length >= longestHeader)) {
      throw invalid(`The header of the age file is longer than ${longestHeader} bytes.`)
    }
    if (end < 0) throw new GantryError('integrity', 'The age file ends within its header.')
    const line = textOf(this.#bytes.subarray(this.position, end))
    this.position = end + 1
    return line
  }
}

/** Byte by byte: what is not ASCII fits no pattern. */
function textOf(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCodePoint(byte)
  return text
}

function malformed(): GantryError {
  return invalid('The header of the age file is malformed.')
}

function invalid(message: string): GantryError {
  return new GantryError('invalid', message)
}
