import { vocabulary } from './vocabulary.ts'

/** Thicknesses, delays, tensions, angles. */
const measure = /^\d{1,3}(?:\.\d{1,2})?(?:mm|cm|s|sec|ms|kv|kvp|ma|deg|hz|t)$/u
/** After one of these comes a name, or several. */
const titles: ReadonlySet<string> = new Set(
  'dr drs doctor prof professor mr mrs ms miss mister sir madam herr frau mme mlle monsieur madame sra srta'.split(' '),
)
/** After which a figure is somebody's age. */
const ages: ReadonlySet<string> = new Set('y yo yr yrs year years mo month months wk week weeks day days'.split(' '))

interface Word {
  readonly bare: string
  readonly lower: string
  /** Of the words around it, it is parted by more than a space. */
  readonly ends: boolean
}

/**
 * What is left of a description when all words are taken out but those that are known to name no one: words of anatomy
 * and technique, and measures. `names`, in lower case, are words of names of this header, which may be such a word; what
 * follows a title is a name, whatever it is else (PS3.15 E.3.5).
 */
export function cleanText(text: string, names: ReadonlySet<string>): string {
  // A character may be written in bytes that look like letters or figures of their own: what any other than ASCII is part of,
  // goes as a whole, whatever it is written in. No character set has a space within a character.
  const plain = text.split(/[ \t\r\n\f]+/u).filter((part) => !/[^\0-\x7F]/u.test(part))
  const words = plain.flatMap((part) => wordsOf(part))
  let isNamed = false
  return words
    .filter(({ bare, lower, ends }, index) => {
      const named = isNamed && /^[A-Z]/u.test(bare)
      isNamed = (named || isTitle(bare, lower)) && !ends
      if (named || names.has(lower)) return false
      return vocabulary.has(lower) || measure.test(lower) || isOrdinal(words, index)
    })
    .map(({ bare }) => bare)
    .join(' ')
}

/** In capitals it is magnetic resonance, or a sclerosis. */
function isTitle(bare: string, lower: string): boolean {
  return titles.has(lower) && bare !== 'MR' && bare !== 'MS'
}

function wordsOf(part: string): Word[] {
  const found: Word[] = []
  for (const [, word = '', between = ''] of part.matchAll(/([\p{L}\p{N}.]+)([^\p{L}\p{N}.]*)/gu)) {
    const bare = word.replaceAll(/^\.+|\.+$/gu, '')
    if (bare !== '') found.push({ bare, lower: bare.toLowerCase(), ends: between !== '' })
  }
  return found
}

/** One figure, which orders series; beside others it may be part of a number or a date, and before a unit of time an age. */
function isOrdinal(words: readonly Word[], index: number): boolean {
  const { lower = '', ends = false } = words[index] ?? {}
  if (!/^\d$/u.test(lower) || ends) return false
  const [before, after] = [words[index - 1], words[index + 1]]
  const hasFigure = (word: Word | undefined) =>
    word !== undefined && /\d/u.test(word.lower) && !measure.test(word.lower)
  return before?.ends !== true && !hasFigure(before) && !hasFigure(after) && !ages.has(after?.lower ?? '')
}
