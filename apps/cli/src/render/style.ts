import type { Output } from '../io.ts'

const codes = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39], cyan: [36, 39] } as const

/** Marks text for a terminal, or leaves it as it is. */
export type Style = { readonly [Name in keyof typeof codes]: (text: string) => string }

export function createStyle(enabled: boolean): Style {
  const paint = (name: keyof typeof codes) => {
    const [on, off] = codes[name]
    return (text: string) => (enabled && text !== '' ? `\u001B[${on}m${text}\u001B[${off}m` : text)
  }
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    red: paint('red'),
    green: paint('green'),
    yellow: paint('yellow'),
    cyan: paint('cyan'),
  }
}

/** Whether an output gets colours: https://no-color.org, and `FORCE_COLOR` as Node itself reads it. */
export function hasColor(output: Output, env: Readonly<Record<string, string | undefined>>): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false
  const forced = env['FORCE_COLOR']
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  return output.isTerminal && env['TERM'] !== 'dumb'
}
