import { refuseNone } from './collect.ts'

/**
 * For globs, which may be repeated, or given once with commas: those in `{a,b}` and `[,]` are the pattern's own, and `\,` is
 * a comma of a name.
 */
export function splitGlobs(value: string, previous: readonly string[] | undefined): string[] {
  const globs: string[] = []
  let glob = ''
  let braces = 0
  for (let index = 0; index < value.length; index += 1) {
    const character = value[index] as string
    const set = character === '[' ? /^\[!?[^][^\]]*\]/u.exec(value.slice(index))?.[0] : undefined
    if (set !== undefined) {
      glob += set
      index += set.length - 1
    } else if (character === '\\' && value[index + 1] === ',') {
      glob += braces > 0 ? '[,]' : ','
      index += 1
    } else if (character === ',' && braces === 0) {
      globs.push(glob)
      glob = ''
    } else {
      if (character === '{') braces += 1
      else if (character === '}' && braces > 0) braces -= 1
      glob += character
    }
  }
  return [...(previous ?? []), ...refuseNone([...globs, glob].filter((one) => one !== ''))]
}
