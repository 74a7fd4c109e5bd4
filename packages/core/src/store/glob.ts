import { GantryError } from '../errors/gantry-error.ts'

/**
 * Compiles a glob over whole paths: `*` and `?` within a segment, `**` across segments, `[abc]`, `[!a-c]`, `{a,b}`.
 * A pattern without `/` matches the last segment at any depth, as in `.gitignore`. Case counts.
 */
export function compileGlob(pattern: string): (path: string) => boolean {
  const source = translate(pattern)
  const anchored = pattern.includes('/') ? `^${source}$` : `^(?:.*/)?${source}$`
  let expression: RegExp
  try {
    expression = new RegExp(anchored, 'su')
  } catch (cause) {
    throw new GantryError('invalid', `The pattern ${JSON.stringify(pattern)} is not a valid glob.`, { cause })
  }
  return (path) => expression.test(path)
}

function translate(pattern: string): string {
  let source = ''
  let braces = 0
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern[index] as string
    if (pattern.startsWith('**/', index) && (index === 0 || pattern[index - 1] === '/')) {
      source += '(?:.*/)?'
      // A second one in a row means nothing more, but to the regular expression a great deal of work.
      while (pattern.startsWith('**/', index + 3)) index += 3
      index += 2
    } else if (pattern.startsWith('**', index)) {
      source += '.*'
      while (pattern[index + 1] === '*') index += 1
    } else if (character === '*') source += '[^/]*'
    else if (character === '?') source += '[^/]'
    else if (character === '[') {
      const start = pattern[index + 1] === '!' ? index + 2 : index + 1
      // A `]` that comes first is one of the set.
      const close = pattern.indexOf(']', start + 1)
      if (close < 0) source += '\\['
      else {
        source += `(?!/)[${start === index + 2 ? '^' : ''}${pattern.slice(start, close).replaceAll(/[\\[\]^]/gu, '\\$&')}]`
        index = close
      }
    } else if (character === '{') {
      source += '(?:'
      braces += 1
    } else if (character === '}' && braces > 0) {
      source += ')'
      braces -= 1
    } else if (character === ',' && braces > 0) source += '|'
    else source += character.replace(/[\\^$.*+?()[\]{}|/]/u, '\\$&')
  }
  return source
}
