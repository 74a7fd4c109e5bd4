import { ascii, type CodeSet, codeSets, decodeAs, romaji } from './code-sets.ts'
import { decodeISO2022, type InitialSets } from './iso-2022.ts'

/** Turns the bytes of a text into characters; see `decodeISO2022` for `delimiters`. */
export type DecodeText = (bytes: Uint8Array, delimiters: string) => string

/** Where nothing is declared, only ASCII is allowed; what is found beyond it is UTF-8 if it can be, else Latin-1. */
const undeclared: CodeSet = {
  plane: 'G1',
  width: 1,
  decode(bytes) {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    } catch {
      return decodeAs('latin1', bytes)
    }
  },
}

const byTerms = new Map<string, DecodeText>()
/** Terms come from files: what is remembered of them must not grow with them. */
const mostRemembered = 64

/** How to read text under a Specific Character Set (0008,0005), given as it stands there: `\ISO 2022 IR 87`. */
export function textDecoding(specificCharacterSet: string): DecodeText {
  let decoding = byTerms.get(specificCharacterSet)
  if (decoding === undefined) {
    decoding = createDecoding(specificCharacterSet.split('\\').map(normalized))
    if (byTerms.size >= mostRemembered) byTerms.clear()
    byTerms.set(specificCharacterSet, decoding)
  }
  return decoding
}

/** Writers spell the terms in many ways: `ISO_IR 100`, `ISO IR 100`, `ISO-IR-100`, `ISO2022 IR 100`, `IR 100`. */
function normalized(term: string): string {
  const bare = term.toUpperCase().replaceAll(/[^A-Z0-9]/gu, '')
  return /^(?:ISO)?(?:2022)?IR(\d+)$/u.exec(bare)?.[1] ?? bare
}

/** Terms for encodings that switch nothing, and misspellings of them that are seen. */
const whole: ReadonlyMap<string, string> = new Map([
  ['192', 'utf-8'],
  ['UTF8', 'utf-8'],
  ['ISO10646', 'utf-8'],
  ['GB18030', 'gb18030'],
  ['GBK', 'gbk'],
  ['GB2312', 'gbk'],
])

function createDecoding(terms: readonly string[]): DecodeText {
  const [first = ''] = terms
  const label = whole.get(first)
  if (label !== undefined) return (bytes) => decodeAs(label, bytes)
  const initial: InitialSets = { G0: first === '13' ? romaji : ascii, G1: initialG1(terms) }
  return (bytes, delimiters) => decodeISO2022(bytes, initial, delimiters)
}

/** That of the first term; where it has none, that of the next, for writers that leave out the escape sequences. */
function initialG1(terms: readonly string[]): CodeSet {
  for (const term of terms) {
    const set = term === 'ISO88591' || term === 'LATIN1' ? codeSets.get('100') : codeSets.get(term)
    if (set?.plane === 'G1') return set
  }
  return undeclared
}
