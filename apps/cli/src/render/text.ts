/** A name as a terminal may show it: control characters, which could move the cursor or lie about names, made visible. */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- they are what this is about
  return text.replaceAll(/[\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/gu, (character) => {
    const code = character.codePointAt(0) as number
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`
  })
}

/** Columns that a text takes on a terminal, its styles not counted; wide for East Asian characters and emoji. */
export function widthOf(text: string): number {
  let width = 0
  // eslint-disable-next-line no-control-regex -- styles begin with ESC
  for (const character of text.replaceAll(/\u001B\[[0-9;]*m/gu, '')) width += isWide(character) ? 2 : 1
  return width
}

/** Cuts the middle out of a plain text that is too wide: of a path, the beginning and the end tell most. */
export function shorten(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  if (columns < 2) return '…'.slice(0, Math.max(0, columns))
  const characters = Array.from(text)
  const tail: string[] = []
  const head: string[] = []
  let left = columns - 1
  for (let index = 0; left > 0; index += 1) {
    const fromEnd = index % 2 === 0
    const character = fromEnd ? characters.pop() : characters.shift()
    if (character === undefined) break
    left -= isWide(character) ? 2 : 1
    if (left < 0) break
    if (fromEnd) tail.unshift(character)
    else head.push(character)
  }
  return `${head.join('')}…${tail.join('')}`
}

/** Cuts both sides of an arrow, so that from where and to where can still be told apart. */
export function shortenRoute(text: string, columns: number): string {
  const [from = '', to = '', ...others] = text.split(arrow)
  if (widthOf(text) <= columns || to === '' || others.length > 0) return shorten(text, columns)
  const room = columns - arrow.length
  const half = Math.floor(room / 2)
  const left = Math.max(half, room - widthOf(to))
  const short = shorten(from, left)
  return `${short}${arrow}${shorten(to, room - widthOf(short))}`
}

/** Stands for where images came from that were de-identified: a path may name the patient. */
export const notShown = '(not shown)'

/** Between from where and to where. */
export const arrow = ' → '

function isWide(character: string): boolean {
  return /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/u.test(
    character,
  )
}
