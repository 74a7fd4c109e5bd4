import type { Ask } from './exchange.ts'

/** One media range of an `Accept` header (RFC 9110 12.5.1); names in lower case, of parameters as well. */
export interface MediaRange {
  readonly type: string
  readonly parameters: Readonly<Record<string, string>>
}

/**
 * What a request accepts, best first, without what it refuses (`q=0`); everything where it says nothing. The query
 * parameter `accept` goes before the header (PS3.18 8.3.3.1).
 */
export function acceptedBy({ query, header }: Pick<Ask, 'query' | 'header'>): readonly MediaRange[] {
  const given = query.getAll('accept').join(',')
  const text = given === '' ? (header('accept') ?? '') : given
  const ranges = splitOutside(text, ',').flatMap((part) => rangeOf(part) ?? [])
  if (ranges.length === 0) return [{ type: '*/*', parameters: {} }]
  return ranges
    .filter(({ quality }) => quality > 0)
    .toSorted((a, b) => b.quality - a.quality)
    .map(({ type, parameters }) => ({ type, parameters }))
}

/** Whether a range holds a media type. */
export function holds({ type }: MediaRange, mediaType: string): boolean {
  return type === '*/*' || type === mediaType || type === `${mediaType.slice(0, mediaType.indexOf('/'))}/*`
}

/** Whether what a multipart range says of its parts, which may be a range too or nothing, holds a media type. */
export function holdsPart({ parameters }: MediaRange, mediaType: string): boolean {
  return holds({ type: (parameters['type'] ?? '*/*').toLowerCase(), parameters: {} }, mediaType)
}

/** A media type and its parameters: that of a header such as `Content-Type`. */
export function mediaTypeOf(header: string | undefined): MediaRange | undefined {
  return header === undefined ? undefined : rangeOf(header)
}

function rangeOf(part: string): (MediaRange & { readonly quality: number }) | undefined {
  const [type = '', ...rest] = splitOutside(part, ';').map((piece) => piece.trim())
  if (!/^[\w!#$&^.+*-]+\/[\w!#$&^.+*-]+$/u.test(type)) return undefined
  const parameters: { [name: string]: string } = {}
  for (const piece of rest) {
    const [, name, value] = /^([^=\s]+)\s*=\s*(.*)$/su.exec(piece) ?? []
    if (name !== undefined && value !== undefined) parameters[name.toLowerCase()] = unquoted(value)
  }
  const { q, ...others } = parameters
  const quality = q === undefined ? 1 : Number(q)
  return { type: type.toLowerCase(), parameters: others, quality: Number.isFinite(quality) ? quality : 0 }
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.replace(/^"|"$/gu, '').replaceAll(/\\(.)/gu, '$1') : value
}

/** Splits where no quotes are open: a `type` parameter may hold commas and semicolons. */
function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = []
  let start = 0
  let quoted = false
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index]
    if (quoted && character === '\\') index += 1
    else if (character === '"') quoted = !quoted
    else if (!quoted && character === separator) {
      parts.push(text.slice(start, index))
      start = index + 1
    }
  }
  return [...parts, text.slice(start)].filter((part) => part.trim() !== '')
}
