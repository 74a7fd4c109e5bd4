import { encode } from 'uqr'
import { expect, test } from 'vitest'

import { renderQr } from './qr.ts'

const link = `https://hub.example.org/s/${'A'.repeat(22)}#1.${'b'.repeat(42)}A`

/** The modules that blocks show, two rows a line. */
function modulesOf(code: string, ink: boolean): boolean[][] {
  const lines = code.trimEnd().split('\n')
  return lines.flatMap((line) => {
    // eslint-disable-next-line no-control-regex -- colours begin with ESC
    const blocks = Array.from(line.replaceAll(/\u001B\[[0-9;]*m/gu, ''))
    return [blocks.map((block) => '█▀'.includes(block) === ink), blocks.map((block) => '█▄'.includes(block) === ink)]
  })
}

test.each([true, false])('shows every module of the code, colours: %j', (color) => {
  const { data, size } = encode(link, { ecc: 'L', border: 2 })
  const code = renderQr(link, size, color) ?? ''
  expect(modulesOf(code, color).slice(0, size)).toEqual(data)
  expect(code.includes('\u001B[38;5;16;48;5;231m')).toBe(color)
  expect(renderQr(link, size - 1, color)).toBeUndefined()
})

test('a link with a longer host still fits into eighty columns', () => {
  expect(renderQr(link.replace('hub.', 'shares.radiology.of.some.university-hospital.'), 80, true)).toBeDefined()
})
