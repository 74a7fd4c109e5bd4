/** Stands for a value that an image does not have. */
export const placeholder = 'unknown'

/** In UTF-8 bytes: as long as file systems allow, less what a temporary name needs. */
const longestSegment = 200
/** In UTF-8 bytes: several fit into a segment. */
const longestValue = 64

/**
 * Separators, what Windows forbids, control characters, and those that change the direction of text and so make a name
 * look like another one.
 */
const unsafe = /[/\\:*?"<>|\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu

/** Names of devices on Windows, whatever extension follows, and spaces before it. */
const reserved = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?= *(?:\.|$))/iu

/**
 * A value from a header as a part of a path segment: never empty, no separators, no control characters, in NFC. What
 * is too long is cut, and told apart by a checksum of the whole.
 */
export function safeValue(value: string): string {
  const clean = value.toWellFormed().normalize('NFC').replaceAll(unsafe, '_').trim()
  return clean === '' ? placeholder : bounded(clean, longestValue)
}

/** A whole segment: besides, no `.` or `..`, no name of a device, no dot or space at its end. */
export function safeSegment(segment: string): string {
  const clean = segment.replace(/[. ]+$/u, (end) => '_'.repeat(end.length)).replace(/^ +/u, '')
  return bounded(reserved.test(clean) ? `_${clean}` : clean, longestSegment)
}

/** Keeps an extension, where cutting is needed. */
function bounded(text: string, limit: number): string {
  if (utf8Length(text) <= limit) return text
  const extension = /\.[A-Za-z0-9]{1,8}$/u.exec(text)?.[0] ?? ''
  const end = `~${checksum(text)}${extension}`
  let kept = ''
  let length = end.length
  for (const character of text) {
    length += utf8Length(character)
    if (length > limit) break
    kept += character
  }
  return kept + end
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length
}

/** FNV-1a, 32 bits: it tells names apart, and keeps no secrets. */
function checksum(text: string): string {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}
