/** What commander says of a wrong command line, in the words of who typed it. */
export function plainly(message: string): string {
  // Where a command of its own is the default of others, it takes what is none of them for its argument.
  const surplus = /^too many arguments for '[^']+'\. Expected (\d+) arguments? but got \d+: (.+)\.$/su.exec(message)
  if (surplus !== null) {
    const [, expected, given = ''] = surplus
    return `unknown command, or an argument too many: ${given.split(', ').slice(Number(expected)).join(', ')}`
  }
  return message.replace(
    /^command-argument value ('.*?') is invalid for argument '([^']+)'\./su,
    '$1 is no $2 that is known.',
  )
}
