import { jsonLimits } from './limits.ts'

/** What a look at JSON text tells before it is parsed. */
export interface JsonScan {
  /** Why it must not be parsed. */
  readonly problem?: string
  /** Nothing in the text can become a value that `flawOfJson` would refuse, so that it need not look. */
  readonly plain: boolean
}

const quote = 0x22
const plus = 0x2b
const comma = 0x2c
const digit0 = 0x30
const digit9 = 0x39
const upperE = 0x45
const openArray = 0x5b
const backslash = 0x5c
const closeArray = 0x5d
const lowerE = 0x65
const openObject = 0x7b
const closeObject = 0x7d

/**
 * Tells in one pass, and without building anything, whether text is too large or too deep to be parsed, and whether it is
 * plain. It does not tell whether it is JSON.
 */
export function scanJson(text: string): JsonScan {
  const { depth: deepest, values: most, items, members, text: longest } = jsonLimits
  const length = text.length
  if (length > longest) return refused(`it is longer than ${longest} characters`)
  /** How many more commas each open array or object may have. */
  const left = new Int32Array(deepest + 1).fill(most)
  let depth = 0
  let values = 1
  let plain = isPlainText(text)
  let digits = 0
  for (let index = 0; index <= length; index += 1) {
    const unit = text.charCodeAt(index)
    if (unit >= digit0 && unit <= digit9) {
      digits += 1
      continue
    }
    if (digits > 15 && isChanged(text, index, digits)) return refused('an integer is too large to be kept')
    // Before a dot or an exponent, so many are infinite.
    if (digits > 300) plain = false
    digits = 0
    if (unit === quote) {
      const start = index
      for (index += 1; index < length; index += 1) {
        const inner = text.charCodeAt(index)
        if (inner === quote) break
        if (inner === backslash) index += 1
      }
      if (index - start > jsonLimits.key) plain = false
    } else if (unit === comma) {
      values += 1
      const more = (left[depth] ?? 0) - 1
      if (more < 0) return refused('an array or object has too many entries')
      left[depth] = more
    } else if (unit === openArray || unit === openObject) {
      depth += 1
      values += 1
      if (depth > deepest) return refused(`arrays and objects are nested deeper than ${deepest}`)
      left[depth] = (unit === openArray ? items : members) - 1
    } else if (unit === closeArray || unit === closeObject) {
      if (depth > 0) depth -= 1
    } else if (unit === lowerE || unit === upperE) {
      // A positive exponent may make it infinite; `true` and `false` have an e as well, with no such thing after it.
      const next = text.charCodeAt(index + 1)
      if (next === plus || (next >= digit0 && next <= digit9)) plain = false
    }
    if (values > most) return refused(`it has more than ${most} values`)
  }
  return { plain }
}

/** Whether digits before `end` are an integer that no number equals. Fractions are taken for the number next to them. */
function isChanged(text: string, end: number, digits: number): boolean {
  const start = end - digits
  if (/[.eE]/u.test(text.charAt(start - 1) + text.charAt(end))) return false
  const integer = text.slice(start, end)
  const number = Number(integer)
  // As short as it is written, a number is itself.
  return digits > 300 || (integer !== String(number) && BigInt(integer) !== BigInt(number))
}

function refused(problem: string): JsonScan {
  return { problem, plain: false }
}

/** Whether no key in it can be a forbidden one, and no text in it ill-formed: an escape could hide either. */
function isPlainText(text: string): boolean {
  return text.isWellFormed() && !/\\u|__proto__|constructor|prototype/u.test(text)
}
