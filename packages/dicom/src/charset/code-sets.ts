/** A set of characters that a value may switch to (PS3.3 C.12.1.1.2, tables C.12-3 and C.12-4). */
export interface CodeSet {
  /** G0: the codes 0x21 to 0x7e; G1: 0xa0 to 0xff. */
  readonly plane: 'G0' | 'G1'
  /** Bytes of a character. */
  readonly width: 1 | 2
  decode(bytes: Uint8Array): string
}

const decoders = new Map<string, InstanceType<typeof TextDecoder>>()

/** By the names of the WHATWG Encoding Standard; what cannot be decoded becomes U+FFFD. */
export function decodeAs(label: string, bytes: Uint8Array): string {
  let decoder = decoders.get(label)
  if (decoder === undefined) {
    decoder = new TextDecoder(label, { ignoreBOM: true })
    decoders.set(label, decoder)
  }
  return decoder.decode(bytes)
}

export const ascii: CodeSet = { plane: 'G0', width: 1, decode: (bytes) => decodeAs('latin1', bytes) }

/** JIS X 0201 Romaji: ASCII but for two characters. */
export const romaji: CodeSet = {
  plane: 'G0',
  width: 1,
  decode: (bytes) => ascii.decode(bytes).replaceAll('\\', '¥').replaceAll('~', '‾'),
}

function right(label: string, width: 1 | 2 = 1): CodeSet {
  return { plane: 'G1', width, decode: (bytes) => decodeAs(label, bytes) }
}

/** A two byte set in G0 is one of EUC-JP's with the high bits off. */
function japanese(prefix: readonly number[]): CodeSet {
  return {
    plane: 'G0',
    width: 2,
    decode(bytes) {
      const euc: number[] = []
      for (let at = 0; at < bytes.length; at += 2) {
        euc.push(...prefix, (bytes[at] as number) | 0x80)
        if (at + 1 < bytes.length) euc.push((bytes[at + 1] as number) | 0x80)
      }
      return decodeAs('euc-jp', Uint8Array.from(euc))
    },
  }
}

/** By the number of their ISO registration, which the defined terms end with: `ISO_IR 100`, `ISO 2022 IR 100`. */
export const codeSets: ReadonlyMap<string, CodeSet> = new Map([
  ['100', right('iso-8859-1')],
  ['101', right('iso-8859-2')],
  ['109', right('iso-8859-3')],
  ['110', right('iso-8859-4')],
  ['144', right('iso-8859-5')],
  ['127', right('iso-8859-6')],
  ['126', right('iso-8859-7')],
  ['138', right('iso-8859-8')],
  ['148', right('iso-8859-9')],
  ['203', right('iso-8859-15')],
  ['166', right('windows-874')],
  ['13', right('shift_jis')],
  ['149', right('euc-kr', 2)],
  ['58', right('gbk', 2)],
  ['87', japanese([])],
  ['159', japanese([0x8f])],
])

function numbered(number: string): CodeSet {
  return codeSets.get(number) as CodeSet
}

/** What follows ESC (0x1b) to switch to a set. */
export const escapes: readonly (readonly [sequence: string, set: CodeSet])[] = [
  ['(B', ascii],
  ['(J', romaji],
  [')I', numbered('13')],
  ['-A', numbered('100')],
  ['-B', numbered('101')],
  ['-C', numbered('109')],
  ['-D', numbered('110')],
  ['-L', numbered('144')],
  ['-G', numbered('127')],
  ['-F', numbered('126')],
  ['-H', numbered('138')],
  ['-M', numbered('148')],
  ['-b', numbered('203')],
  ['-T', numbered('166')],
  ['$(D', numbered('159')],
  ['$)C', numbered('149')],
  ['$)A', numbered('58')],
  ['$B', numbered('87')],
  ['$@', numbered('87')],
]
