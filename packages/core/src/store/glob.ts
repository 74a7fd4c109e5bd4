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
    if (pattern.startsWith('**/', index)) {
      source += '(?:.*/)?'
      index += 2
    } else if (pattern.startsWith('**', index)) {
      source += '.*'
      index += 1
    } else if (character === '*') source += '[^/]*'
    else if (character === '?') source += '[^/]'
    else if (character === '[') {
      const close = pattern.indexOf(']', index + 2)
      if (close < 0) source += '\\['
      else {
        const negated = pattern[index + 1] === '!'
        const set = pattern.slice(index + (negated ? 2 : 1), close).replaceAll(/[\\[\]^&~|]/g, '\\$&')
        source += `[${negated ? '^/' : ''}${set}]`
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
