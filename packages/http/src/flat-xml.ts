import { GantryError } from '@gantry/core/driver'

/**
 * What is between the tags of each element of a name, in flat XML that programs write, as storages answer with: elements of
 * one name do not lie in each other. Not by a parser of the platform, because workers have none.
 */
export function* elementsOf(xml: string, name: string): Generator<string, void, undefined> {
  for (let one = elementAfter(xml, name, 0); one !== undefined; one = elementAfter(xml, name, one.end)) yield one.inner
}

/** The text of the first element of a name. */
export function elementOf(xml: string, name: string): string | undefined {
  const text = elementAfter(xml, name, 0)?.inner
  return text === undefined ? undefined : unescapeXml(text)
}

/** Text between tags as it is meant: what stands for a character is that, and what nobody knows stays. */
export function unescapeXml(text: string): string {
  return text.includes('&') ? text.replaceAll(/&(#x?[0-9a-f]+|[a-z]+);/giu, unescaped) : text
}

interface Span {
  readonly start: number
  readonly end: number
}

function elementAfter(
  xml: string,
  name: string,
  from: number,
): { readonly inner: string; readonly end: number } | undefined {
  const open = tagAfter(xml, `<${name}`, from)
  if (open === undefined) return undefined
  if (xml[open.end - 2] === '/') return { inner: '', end: open.end }
  const close = tagAfter(xml, `</${name}`, open.end)
  if (close === undefined) throw new GantryError('unavailable', 'The answer of the service is damaged.')
  return { inner: xml.slice(open.end, close.start), end: close.end }
}

/** Where a tag is that begins so, whatever its attributes and blanks. */
function tagAfter(xml: string, begin: string, from: number): Span | undefined {
  let start = xml.indexOf(begin, from)
  // `Key` is not `KeyCount`.
  while (start >= 0 && !endsName(xml.charCodeAt(start + begin.length))) start = xml.indexOf(begin, start + 1)
  const end = start < 0 ? -1 : xml.indexOf('>', start)
  return end < 0 ? undefined : { start, end: end + 1 }
}

/** A blank, `/` or `>`. */
function endsName(code: number): boolean {
  return code <= 0x20 || code === 0x2f || code === 0x3e
}

const entities: { readonly [name: string]: string } = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescaped(all: string, name: string): string {
  if (!name.startsWith('#')) return entities[name] ?? all
  const hexadecimal = name[1] === 'x' || name[1] === 'X'
  const code = Number.parseInt(name.slice(hexadecimal ? 2 : 1), hexadecimal ? 16 : 10)
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : all
}
