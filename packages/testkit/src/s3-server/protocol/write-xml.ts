/** An element's content: a list repeats its element, what is undefined is left out. */
export type XmlContent =
  | string
  | number
  | boolean
  | undefined
  | { readonly [element: string]: XmlContent | readonly XmlContent[] }

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Control characters are legal in keys but not in XML 1.0; S3 writes them as references all the same. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const special = /[&<>"\u0000-\u001f\u007f]/g

function escape(text: string): string {
  return text.replace(special, (character) => escapes[character] ?? `&#x${character.charCodeAt(0).toString(16)};`)
}

function write(name: string, content: XmlContent | readonly XmlContent[], attributes = ''): string {
  if (content === undefined) return ''
  if (Array.isArray(content)) return content.map((one: XmlContent) => write(name, one)).join('')
  if (typeof content !== 'object') return `<${name}${attributes}>${escape(String(content))}</${name}>`
  const inner = Object.entries(content).map(([child, value]) => write(child, value))
  return `<${name}${attributes}>${inner.join('')}</${name}>`
}

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'

export function writeXml(root: string, content: XmlContent): string {
  return declaration + write(root, content, ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"')
}

/** Errors have no namespace. */
export function writeErrorXml(content: XmlContent): string {
  return declaration + write('Error', content)
}
