import { encode } from 'uqr'

/** What a phone's camera reads from a screen; scanners want so many light modules around it. */
const border = 2

/** A QR code in half-height blocks, two rows of it a line; `undefined` where it does not fit. */
export function renderQr(text: string, columns: number, color: boolean): string | undefined {
  const { size, data } = encode(text, { ecc: 'L', border })
  if (size > columns) return undefined
  const lines: string[] = []
  for (let y = 0; y < size; y += 2) {
    // Beyond the last row it is as light as the border.
    const line = (data[y] ?? []).map((upper, x) => block(upper, data[y + 1]?.[x] ?? false, color)).join('')
    lines.push(color ? `\u001B[38;5;16;48;5;231m${line}\u001B[0m` : line)
  }
  return `${lines.join('\n')}\n`
}

/** With colours, ink is dark on light. Without, terminals are mostly dark, so that ink is what is light. */
function block(upper: boolean, lower: boolean, color: boolean): string {
  const [top, bottom] = color ? [upper, lower] : [!upper, !lower]
  if (top) return bottom ? '█' : '▀'
  return bottom ? '▄' : ' '
}
