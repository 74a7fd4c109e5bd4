import { GantryError } from '../errors/gantry-error.ts'
import { expandBraces, type GlobToken, readGlob } from './glob-tokens.ts'

/**
 * Compiles a glob over whole paths: `*` and `?` within a segment, `**` across segments, `[abc]`, `[!a-c]`, `{a,b}`.
 * A pattern without `/` matches the last segment at any depth, as in `.gitignore`. Case counts. The time a match takes
 * is bounded by the square of the path's length, whatever the pattern.
 */
export function compileGlob(pattern: string): (path: string) => boolean {
  let expression: RegExp
  try {
    const groups = { count: 0 }
    const alternatives = expandBraces(pattern).map((alternative) => translate(readGlob(alternative), groups))
    expression = new RegExp(`^${pattern.includes('/') ? '' : '(?:.*/)?'}(?:${alternatives.join('|')})$`, 'su')
  } catch (cause) {
    throw new GantryError('invalid', `The pattern ${JSON.stringify(pattern)} is not a valid glob.`, { cause })
  }
  return (path) => expression.test(path)
}

/** Shortest first: then what matches first also ends first. */
const sources = { star: '[^/]*?', any: '.*?', segments: '(?:.*?/)??' } as const

/**
 * Tokens as a regular expression. What stands between two wildcards is matched where it fits first, and nowhere else
 * (a lookahead does not backtrack), because the second wildcard takes whatever follows: else a name made for it
 * (`______`) would be tried in more ways than there is time for against `*_*_*_*`.
 */
function translate(tokens: readonly GlobToken[], groups: { count: number }): string {
  let source = ''
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index] as GlobToken
    const next = nextWildcard(tokens, index)
    if (token.type === 'one') source += token.source
    else if (next === undefined) source += sources[token.type]
    else {
      groups.count += 1
      const group = groups.count
      source += `(?=(${sources[token.type]}${translate(tokens.slice(index + 1, next), groups)}))\\${group}`
      index = next - 1
    }
  }
  return source
}

/** The wildcard after this one that takes whatever this one could; `undefined` where it could not. */
function nextWildcard(tokens: readonly GlobToken[], index: number): number | undefined {
  const star = tokens[index]?.type === 'star'
  const next = tokens.findIndex((token, position) => {
    if (position <= index) return false
    return token.type === 'one' ? star && token.slash : star || token.type !== 'star'
  })
  return tokens[next]?.type === 'one' || next < 0 ? undefined : next
}
