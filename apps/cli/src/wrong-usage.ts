/** What commander says of a wrong command line, in the words of who typed it; `siblings` may have been meant instead. */
export function plainly(message: string, siblings: readonly string[] = []): string {
  // Where a command of its own is the default of others, it takes what is none of them for its argument.
  const surplus = /^too many arguments for '[^']+'\. Expected (\d+) arguments? but got \d+: (.+)\.$/su.exec(message)
  if (surplus !== null) {
    const [, expected, given = ''] = surplus
    const words = given.split(', ').slice(Number(expected))
    const meant = expected === '0' ? siblings.find((name) => isSimilar(name, words[0] ?? '')) : undefined
    const asked = meant === undefined ? '' : `\n(Did you mean ${meant}?)`
    return `unknown command, or an argument too many: ${words.join(', ')}${asked}`
  }
  return message.replace(
    /^command-argument value ('.*?') is invalid for argument '([^']+)'\./su,
    '$1 is no $2 that is known.',
  )
}

/** Two letters at most are wrong, left out, too many or the wrong way round, and most are right. */
function isSimilar(name: string, typed: string): boolean {
  let row = Array.from({ length: typed.length + 1 }, (_, column) => column)
  for (const [above, letter] of Array.from(name).entries()) {
    const next = [above + 1]
    for (let column = 1; column <= typed.length; column += 1) {
      const [left = 0, upper = 0, corner = 0] = [next[column - 1], row[column], row[column - 1]]
      next.push(Math.min(left + 1, upper + 1, corner + (typed[column - 1] === letter ? 0 : 1)))
    }
    row = next
  }
  const distance = row.at(-1) ?? 0
  return distance <= 2 && distance * 2 < Math.max(name.length, typed.length)
}
