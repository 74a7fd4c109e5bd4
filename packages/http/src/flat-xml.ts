/**
 * The text of the first element of a name in flat XML that programs write, as storages answer with: without attributes, and
 * not by a parser of the platform, because workers have none.
 */
export function elementOf(xml: string, name: string): string | undefined {
  const start = xml.indexOf(`<${name}>`)
  if (start < 0) return undefined
  const text = xml.slice(start + name.length + 2, xml.indexOf(`</${name}>`, start))
  return text.includes('&') ? text.replaceAll(/&(#x?[0-9a-f]+|[a-z]+);/giu, unescaped) : text
}

const entities: { readonly [name: string]: string } = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescaped(all: string, name: string): string {
  if (!name.startsWith('#')) return entities[name] ?? all
  const hexadecimal = name[1] === 'x' || name[1] === 'X'
  const code = Number.parseInt(name.slice(hexadecimal ? 2 : 1), hexadecimal ? 16 : 10)
  return code > 0x10_ff_ff ? all : String.fromCodePoint(code)
}
