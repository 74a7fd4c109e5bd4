import { vocabulary } from './vocabulary.ts'

/** Thicknesses, delays, tensions, angles; a figure alone, which orders series, only up to nine. */
const measure = /^(?:\d|\d{1,3}(?:\.\d{1,2})?(?:mm|cm|s|sec|ms|kv|kvp|ma|deg|hz|t))$/u

/**
 * What is left of a description when all words are taken out but those that are known to name no one: words of anatomy
 * and technique, and measures. `names`, in lower case, are words of this patient's name, which may be such a word.
 */
export function cleanText(text: string, names: ReadonlySet<string>): string {
  // A character may be written in bytes that look like letters or figures of their own: what any other than ASCII is part of,
  // goes as a whole, whatever it is written in. No character set has a space within a character.
  const plain = text.split(/[ \t\r\n\f]+/u).filter((part) => !/[^\0-\x7F]/u.test(part))
  const words = plain
    .flatMap((part) => part.split(/[^\p{L}\p{N}.]+/u))
    .flatMap((word) => {
      const bare = word.replaceAll(/^\.+|\.+$/gu, '')
      const lower = bare.toLowerCase()
      return bare !== '' && !names.has(lower) && (vocabulary.has(lower) || measure.test(lower)) ? [bare] : []
    })
  return words.join(' ')
}
