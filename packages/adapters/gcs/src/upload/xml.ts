/** Elements of that name, one after another, as the flat XML of the service has them. */
export function* elementsOf(xml: string, name: string): Generator<string, void, undefined> {
  let at = xml.indexOf(`<${name}>`)
  while (at >= 0) {
    const end = xml.indexOf(`</${name}>`, at)
    if (end < 0) return
    yield xml.slice(at + name.length + 2, end)
    at = xml.indexOf(`<${name}>`, end)
  }
}

/** The text of the first element of that name. */
export function textOf(xml: string, name: string): string | undefined {
  for (const text of elementsOf(xml, name)) return unescape(text)
  return undefined
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

const entities: { readonly [name: string]: string } = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescape(text: string): string {
  return text.replace(/&(#x?[0-9a-f]+|[a-z]+);/giu, (all, name: string) => {
    if (!name.startsWith('#')) return entities[name] ?? all
    const hexadecimal = name[1] === 'x' || name[1] === 'X'
    const code = Number.parseInt(name.slice(hexadecimal ? 2 : 1), hexadecimal ? 16 : 10)
    return code > 0x10ffff ? all : String.fromCodePoint(code)
  })
}
