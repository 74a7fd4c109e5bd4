const esc = '\x1B'
/** ISO 2022 (PS3.5 6.1.2.5.3): to two bytes a character in what looks like ASCII, up to where something else is chosen. */
const twoBytes = new RegExp(`${esc}\\$(?:[@AB]|\\([A-Z])[^${esc}]*`, 'gu')
/** Others, after which ASCII is ASCII. */
const choices = new RegExp(`${esc}[$()\\-.*+,/]{1,2}[@-Z]`, 'gu')

/** The same where it is to be read: characters that are written in several bytes are one that is not ASCII. */
export function readableOf(bytes: Uint8Array): string {
  const text = latin1Of(bytes)
  return text.includes(esc) ? text.replaceAll(twoBytes, '\uFFFD').replaceAll(choices, '') : text
}

/** One character a byte, NULs at the end left out. */
export function latin1Of(bytes: Uint8Array): string {
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === 0) end -= 1
  let text = ''
  for (let start = 0; start < end; start += 4096) {
    text += String.fromCharCode(...bytes.subarray(start, Math.min(start + 4096, end)))
  }
  return text
}
