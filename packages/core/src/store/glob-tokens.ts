/** `star`: `*`; `any`: `**`; `segments`: a leading `**` and its slash; `one`: the rest, a character each. */
export type GlobToken =
  | { readonly type: 'star' | 'any' | 'segments' }
  | { readonly type: 'one'; readonly source: string; readonly slash: boolean }

const mostAlternatives = 1000

/** The alternatives that the braces of a pattern stand for; throws where a brace is left open, or they are too many. */
export function expandBraces(pattern: string): string[] {
  const done: string[] = []
  const open = [pattern]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const braces = findBraces(next)
    if (braces === undefined) done.push(next)
    else {
      const { start, end, options } = braces
      for (const option of options.toReversed()) open.push(next.slice(0, start) + option + next.slice(end + 1))
    }
    if (done.length + open.length > mostAlternatives) throw new Error(`More than ${mostAlternatives} alternatives.`)
  }
  return done
}

/** Reads a pattern without braces. */
export function readGlob(pattern: string): GlobToken[] {
  const tokens: GlobToken[] = []
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern[index] as string
    const end = character === '[' ? endOfSet(pattern, index) : undefined
    if (end !== undefined) {
      tokens.push({ type: 'one', source: setSource(pattern.slice(index + 1, end)), slash: false })
      index = end
    } else if (pattern.startsWith('**/', index) && (index === 0 || pattern[index - 1] === '/')) {
      if (tokens.at(-1)?.type !== 'segments') tokens.push({ type: 'segments' })
      index += 2
    } else if (pattern.startsWith('**', index)) {
      tokens.push({ type: 'any' })
      while (pattern[index + 1] === '*') index += 1
    } else if (character === '*') tokens.push({ type: 'star' })
    else if (character === '?') tokens.push({ type: 'one', source: '[^/]', slash: false })
    else {
      const source = character.replace(/[\\^$.*+?()[\]{}|/]/u, '\\$&')
      tokens.push({ type: 'one', source, slash: character === '/' })
    }
  }
  return tokens
}

/** Where the set that begins at `start` ends; a `]` that comes first is one of the set. */
function endOfSet(pattern: string, start: number): number | undefined {
  const first = pattern[start + 1] === '!' ? start + 2 : start + 1
  const end = pattern.indexOf(']', first + 1)
  return end < 0 ? undefined : end
}

function setSource(set: string): string {
  const negated = set.startsWith('!')
  const members = (negated ? set.slice(1) : set).replaceAll(/[\\[\]^]/gu, '\\$&')
  return `(?!/)[${negated ? '^' : ''}${members}]`
}

function findBraces(pattern: string): { start: number; end: number; options: string[] } | undefined {
  let start: number | undefined
  let depth = 0
  let from = 0
  const options: string[] = []
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern[index]
    if (character === '[') index = endOfSet(pattern, index) ?? index
    else if (character === '{') {
      depth += 1
      if (start === undefined) {
        start = index
        from = index + 1
      }
    } else if (start !== undefined && depth === 1 && (character === ',' || character === '}')) {
      options.push(pattern.slice(from, index))
      from = index + 1
      if (character === '}') return { start, end: index, options }
    } else if (character === '}' && depth > 0) depth -= 1
  }
  if (start !== undefined) throw new Error('A brace is not closed.')
  return undefined
}
